//! The shell as a separate process that receives commands through pipes, files and options.

#[path = "../common/mod.rs"]
mod common;

mod apart;
mod budget;
mod defining;
mod demo;
mod durations;
mod ended;
mod environments;
mod examples;
mod forking;
mod generate;
mod greenlets;
mod hanging_up;
mod importing;
mod interpreters;
mod interrupting;
mod json;
mod killed;
mod leaving;
mod live;
mod own_program;
mod piping;
mod reaching_in;
mod recorded;
mod recording;
mod replaced;
mod restarting;
mod scripts;
mod services;
mod surveying;
mod timed;
