"""An app of tomorrow, for upgrades: PLANT in the environment says what is wrong with it."""
