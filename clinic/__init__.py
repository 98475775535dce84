"""The project and what all apps share: organisation and branches with hours and tax registrations, rooms and devices,
number series, tax rules, events, permissions, the audit, GST arithmetic, and the registries apps announce themselves in.

Imports no app. Words: a *branch* is one clinic under one roof, a *registration* one standing under GST, a *resource*
what can be in one place at a time, a *refusal* a no with a sentence for a human, a *proof* what must be true of data.
"""
