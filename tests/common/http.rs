//! A client that speaks HTTP/1.1 (RFC 9112).

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use super::PATIENCE;

/// The answer of a server.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// A client of one server.
pub(crate) struct Client {
    /// `host:port`
    address: String,
    /// Stays open between requests, unless the server closes it.
    connection: Option<BufReader<TcpStream>>,
}

impl Client {
    pub(crate) fn new(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            connection: None,
        }
    }

    /// Sends a request and waits for the answer. A body is sent as JSON.
    pub(crate) fn ask(&mut self, method: &str, path: &str, body: &str) -> io::Result<Response> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => BufReader::new(connect(&self.address)?),
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        connection.get_mut().write_all(request.as_bytes())?;
        let head = Head::read(&mut connection)?;
        let mut body = vec![0; head.length];
        connection.read_exact(&mut body)?;
        self.connection = (!head.closes).then_some(connection);
        Ok(Response {
            status: head.status,
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }
}

fn connect(address: &str) -> io::Result<TcpStream> {
    let connection = TcpStream::connect(address)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.set_nodelay(true)?;
    Ok(connection)
}

/// What precedes the body.
struct Head {
    status: u16,
    /// The length of the body, in bytes.
    length: usize,
    /// Whether the server closes the connection.
    closes: bool,
}

impl Head {
    fn read(connection: &mut impl BufRead) -> io::Result<Self> {
        let status = line(connection)?;
        let status = status.split(' ').nth(1).and_then(|it| it.parse().ok());
        let mut head = Self {
            status: status.ok_or_else(|| io::Error::other("an answer without a status"))?,
            length: 0,
            closes: false,
        };
        loop {
            let field = line(connection)?.to_lowercase();
            match field.split_once(": ") {
                Some(("content-length", length)) => {
                    head.length = length.parse().map_err(io::Error::other)?;
                }
                Some(("connection", what)) => head.closes = what == "close",
                Some(_) => {}
                None => return Ok(head),
            }
        }
    }
}

/// A line without its end.
fn line(connection: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if connection.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end().to_owned())
}

/// The `host:port` of the first address in a text, up to its path.
pub(crate) fn address(text: &str) -> Option<&str> {
    let (_, behind) = text.split_once("http://")?;
    behind.split(['/', ' ', '"']).next()
}
