"""The real servers that tests run against: MongoDB and Kafka, in whatever form this machine has them."""
