"""Stock: items, the batches they came in, and the movements that balances follow from.

May import staff and clinic. Words: a *batch* is what came in together with one expiry, a *movement* one change of
stock for good, a *balance* what of a batch lies at a branch; *low* is below the reorder level, *usable* neither
expired nor recalled.
"""
