"""People who work here: logins, the roles they hold with their grants, records, leave, practitioners and their weekly hours;
setting up.

May import clinic. Words: a *person* is a login, an *employee* the record of somebody with a staff number, a *role* a named
set of grants held at one branch or at all, a *posting* where somebody works and grants nothing, a *practitioner* somebody
who treats at one branch: a doctor or a therapist.
"""
