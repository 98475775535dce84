"""Pages of billing: the list, the draft's editor, the issued bill, its paper."""
