// Carries the precompiled heavy headers; no code.
