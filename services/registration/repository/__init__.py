"""All SQL of registration. Nothing here opens or commits a transaction."""
