"""The own fees of somebody who treats."""
