"""What we buy: orders to suppliers, goods received against them or without, goods sent back, and what to order next.

May import customers, inventory, staff and clinic. Words: an *order* asks a supplier for goods, a *receipt* is one
delivery with the supplier's invoice (*pending* until its goods are accepted into stock), a *return* sends goods back
with a debit note; a *base unit* is what stock is counted in, a *pack* holds several of them.
"""
