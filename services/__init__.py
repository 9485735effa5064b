"""hoithi: four services that carry a public online knowledge contest and talk to each other through Kafka only."""
