"""The embedded stack: Apache Kafka, PostgreSQL and Caddy from packages, the services as processes.

Nothing here is for production; it needs no Java, PostgreSQL or root on the machine.
"""
