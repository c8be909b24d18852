//! Tests of the HTTP server: request smuggling, idle connections, overload.

mod connection;
mod framing;
mod overload;
