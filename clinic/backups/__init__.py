"""Backups: the database and the uploads in one file, sealed for a key that lies elsewhere.

Words: a pair of keys is a public one, which seals, and a private one, which opens; the server needs the public one
alone. A backup is a tar in an age file (age-encryption.org), so that `age -d | tar x` opens it without this product.
Beside it lies its label: what can be said of it without the key. The manifest inside says what each table held.

`keys`, `envelope`, `contents`, `archive`, `label`, `rotation`, `folder` and `flaws` know neither Django nor the
product: `python -m clinic.stack` uses them where no Django runs. `domain`, `alarms`, `views` are the product's side.
"""
