"""An OpenID Connect issuer as a municipality has one, over real HTTP: discovery, keys, the login page and the token."""

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "gdsc", "geheim"


class Issuer(ThreadingHTTPServer):
    """Whoever comes to its login page is logged in there, as `claims` say."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.claims: dict[str, Any] = {}
        self.issued: dict[str, dict[str, str]] = {}
        self.refuses = False

    def token_for(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        about = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked.get("nonce")}
        return jwt.encode(about | self.claims, self.key, algorithm="RS256", headers={"kid": "1"})


class _Handler(BaseHTTPRequestHandler):
    server: Issuer

    def do_GET(self) -> None:
        page = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(page.query).items()}
        if page.path == "/.well-known/openid-configuration":
            self._answer(200, self._configuration())
        elif page.path == "/keys":
            key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.server.key.public_key()))
            self._answer(200, {"keys": [key | {"kid": "1", "use": "sig", "alg": "RS256"}]})
        elif page.path == "/login":
            self._log_in(asked)
        else:
            self._answer(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        given = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self.server.issued.pop(given.get("code", ""), None)
        proof = urlsafe_b64encode(sha256(given.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        is_right = asked and proof == asked["code_challenge"] and given.get("client_secret") == SECRET
        if not asked or not is_right:
            self._answer(400, {"error": "invalid_grant"})
            return
        token = self.server.token_for(asked)
        self._answer(200, {"access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": token})

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library names it
        """Keeps the output of the tests clean."""

    def _configuration(self) -> dict[str, Any]:
        url = self.server.url
        return {
            "issuer": url,
            "authorization_endpoint": f"{url}/login",
            "token_endpoint": f"{url}/token",
            "userinfo_endpoint": f"{url}/userinfo",
            "jwks_uri": f"{url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def _log_in(self, asked: dict[str, str]) -> None:
        answer = {"state": asked["state"]}
        if self.server.refuses:
            answer |= {"error": "access_denied"}
        else:
            code = str(len(self.server.issued))
            self.server.issued[code] = asked
            answer |= {"code": code}
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(answer)}")
        self.end_headers()

    def _answer(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def running() -> Iterator[Issuer]:
    issuer = Issuer()
    thread = Thread(target=issuer.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield issuer
    finally:
        issuer.shutdown()
        thread.join()
        issuer.server_close()
