"""Commands on the store: doctor, backup, restore."""
