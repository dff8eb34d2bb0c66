/** A child that answers with what it knows of the environment. */
process.send(process.env);
