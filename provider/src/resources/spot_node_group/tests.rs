mod remains;
mod rules;
