//! What keeps agencies and services apart, tried from outside with real credentials on the whole running system.

mod agencies;
mod certificates;
mod database;
mod floods;
mod raw;
mod services;
mod world;
