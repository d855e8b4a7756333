"""Import of all-MiniLM-L6-v2 into Pramana's model file, and the fp32 model as a yardstick."""
