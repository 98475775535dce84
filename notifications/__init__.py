"""The outbox of messages to customers, and alerts to the people who work here.

Listens to events and runs once an hour; may import every app below, nobody imports it. A message is one text for one
occasion, sent by a person through its WhatsApp link; an alert is one reason to look, at most once a day per subject.
"""
