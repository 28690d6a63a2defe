"""The company's further systems: models, safety, vault, payments, markets, code, tickets, cloud. Absent by default."""
