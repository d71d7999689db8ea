"""A throwaway realm: MIT's KDC, a user, services, and what they need.

	CACHE = kerberos.kinit(path)  # once KDC runs
	self.dial("--negotiate", ..., **kerberos.environment(CACHE))

Nothing of it is in the system's files, and no name of it is looked up.
"""
import os
import struct
import subprocess

import peers

REALM = "DIAL.TEST"
USER = "ann"
PASSWORD = "open sesame"
# The last one's key is with the KDC, and with nobody else.
SERVICES = ["HTTP/localhost", "HTTP/a.test"]
KEYLESS = "HTTP/keyless.test"

# Names are taken as they are: else "localhost" is given a domain, and every
# name is looked up.
CLIENT = f"""
[libdefaults]
	default_realm = {REALM}
	dns_lookup_kdc = false
	dns_lookup_realm = false
	dns_canonicalize_hostname = false
	qualify_shortname = ""
	rdns = false
	udp_preference_limit = 1
[realms]
	{REALM} = {{
		kdc = 127.0.0.1:@kdc@
	}}
[domain_realm]
	localhost = {REALM}
	.test = {REALM}
"""
SERVER = f"""
[kdcdefaults]
	kdc_listen = ""
	kdc_tcp_listen = 127.0.0.1:@kdc@
[realms]
	{REALM} = {{
		database_name = @folder@/principal
		key_stash_file = @folder@/stash
		max_life = 1h
	}}
[logging]
	kdc = FILE:@folder@/kdc.log
"""

KDC = peers.Peer(
    "krb5kdc", "-n", files={"krb5.conf": CLIENT, "kdc.conf": SERVER},
    environment={"KRB5_CONFIG": "@folder@/krb5.conf",
                 "KRB5_KDC_PROFILE": "@folder@/kdc.conf"},
    before=[["kdb5_util", "create", "-s", "-P", PASSWORD],
            ["kadmin.local", "addprinc", "-pw", PASSWORD, USER],
            *(["kadmin.local", "addprinc", "-randkey", name]
              for name in [*SERVICES, KEYLESS]),
            ["kadmin.local", "ktadd", "-k", "@folder@/http.keytab",
             *SERVICES],
            ["chmod", "644", "@folder@/http.keytab"]],
    ports=["kdc"])

# The environment of a peer that needs the KDC.  A token that comes twice is
# refused.
SERVICE = {"KRB5_CONFIG": "@krb5kdc_folder@/krb5.conf",
           "KRB5_KTNAME": "@krb5kdc_folder@/http.keytab",
           "KRB5RCACHENAME": "file2:@folder@/replays"}


def environment(cache, kdc=None):
    """What a caller finds around it: tickets, and the port of a KDC."""
    path = KDC.path("krb5.conf")
    if kdc is not None:
        path = KDC.write(f"krb5-{kdc}.conf", peers.fill(CLIENT, {"kdc": kdc}))
    return {"KRB5_CONFIG": path, "KRB5CCNAME": f"FILE:{cache}"}


def run(cache, program, *arguments, said=""):
    """Runs one of krb5-user's programs; whether it succeeded."""
    path = peers.find(program)
    if path is None:
        peers.missing(program)
    return subprocess.run(
        [path, *arguments], input=said, text=True, capture_output=True,
        env=peers.environment(**environment(cache)),
        check=False).returncode == 0


def kinit(cache, *options):
    """Puts a ticket of the user's into a file; its path."""
    if not run(cache, "kinit", *options, USER, said=PASSWORD + "\n"):
        raise AssertionError("kinit failed")
    return cache


def shift(cache, copy, seconds):
    """A copy for which the KDC's clock is so far from this machine's.

    What the library once measured stands at the front of the file (version
    0x0504: the length of the header, tag 1, its length 8, the offset), and
    is believed: so a wrong clock needs no wrong clock.
    """
    with open(cache, "rb") as file:
        content = file.read()
    if struct.unpack(">HHHH", content[:8]) != (0x0504, 12, 1, 8):
        raise AssertionError(f"no such header: {content[:8]!r}")
    with open(copy, "wb") as file:
        file.write(content[:8] + struct.pack(">ii", seconds, 0) + content[16:])
    os.chmod(copy, 0o600)
    return copy
