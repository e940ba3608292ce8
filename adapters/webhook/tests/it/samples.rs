//! The sample that agencies copy, run as it is printed.

use std::io::Write as _;
use std::process::{Command, Stdio};

use chassis::clock::Clock;
use signature::Secret;

/// Says `True` for each body on its standard input's line that `verify.py` believes.
const PROGRAM: &str = "
import sys
from verify import is_from_samad
secret, message_id, timestamp, signature = sys.argv[1:]
headers = {'webhook-id': message_id, 'webhook-timestamp': timestamp}
if signature:
    headers['webhook-signature'] = signature
for line in sys.stdin.buffer:
    print(is_from_samad(headers, line.rstrip(b'\\n'), [secret]))
";

#[test]
fn the_python_sample_believes_what_we_sign_and_nothing_else() {
    let (former, next) = (Secret::spelling(&[1; 32]), Secret::spelling(&[2; 32]));
    let secrets = [&next, &former].map(|secret| Secret::read(secret).ok().unwrap());
    let (sent, body) = (Clock::live().now().as_second(), "{\"statement\": \"بوی گاز می‌آید\"}");
    let signature = signature::sign_all("m-1", sent, body.as_bytes(), &secrets);
    let believes = |secret: &str, sent: i64| output_of(secret, &sent.to_string(), &signature, body);
    assert_eq!(believes(&former, sent), "True\nFalse\n");
    assert_eq!(believes(&next, sent), "True\nFalse\n");
    assert_eq!(believes(&Secret::spelling(&[3; 32]), sent), "False\nFalse\n");
    assert_eq!(believes(&former, sent - 301), "False\nFalse\n");
    for broken in ["", "v1,نه", "v1"] {
        assert_eq!(output_of(&former, &sent.to_string(), broken, body), "False\nFalse\n", "{broken}");
    }
    assert_eq!(output_of(&former, "۱۷۵۹۳۰۰۰۰۰", &signature, body), "False\nFalse\n");
}

/// What the program says of the body, and of the same with a space more.
fn output_of(secret: &str, sent: &str, signature: &str, body: &str) -> String {
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/integrate/samples");
    let mut python = Command::new("python3")
        .args(["-B", "-c", PROGRAM, secret, "m-1", sent, signature])
        .env("PYTHONPATH", samples)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = python.stdin.take().unwrap();
    writeln!(input, "{body}\n{body} ").unwrap();
    drop(input);
    let said = python.wait_with_output().unwrap();
    String::from_utf8(said.stdout).unwrap()
}
