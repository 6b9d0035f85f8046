//! What both processes use: the protocol between them, the memory that both map, and the operating system.

pub mod counts;
pub mod error;
pub mod measures;
pub mod protocol;
pub mod system;
