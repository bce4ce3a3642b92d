"""Routes of the API on who may use it: sign-ins, users, keys, the audit trail."""
