"""People who work here: logins, the roles they hold with their grants, practitioners and their weekly hours; setting up.

May import clinic. Words: a *person* is a login, a *role* a named set of grants held at one branch or at all, a
*practitioner* somebody who treats at one branch: a doctor or a therapist.
"""
