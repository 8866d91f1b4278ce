mod remains;
mod rules;
mod sources;
