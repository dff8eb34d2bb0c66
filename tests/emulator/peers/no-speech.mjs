// Stands for a speech process whose package is not installed.
process.exit(1);
