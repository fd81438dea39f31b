"""Keys, requests and certificates for the drivers, by the library that the official clients bring."""

import datetime
import functools

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

PEM = serialization.Encoding.PEM


def ec_key():
    return ec.generate_private_key(ec.SECP256R1())


def rsa_key(bits=2048):
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def key_pem(key):
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()


def name(domain):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, domain)])


def csr(key, domain):
    builder = x509.CertificateSigningRequestBuilder().subject_name(name(domain))
    return builder.sign(key, hashes.SHA256()).public_bytes(PEM).decode()


def read_csr(pem):
    return x509.load_pem_x509_csr(pem.encode())


def common_name(of):
    return of.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value


@functools.cache
def self_signed(domain):
    """A certificate and its key, in PEM."""
    key = ec_key()
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = x509.CertificateBuilder().subject_name(name(domain)).issuer_name(name(domain)).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=30))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(domain)]), critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(PEM).decode(), key_pem(key)


def read_chain(pem):
    return x509.load_pem_x509_certificates(pem.encode())


def read_key(pem):
    return serialization.load_pem_private_key(pem.encode(), None)


def domains(certificate):
    return certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)


def check_chain(chain, key, domain):
    """That the first certificate is for this key and domain, and that each is signed by the next."""
    leaf = chain[0]
    if leaf.public_key() != key.public_key():
        raise AssertionError("the certificate is for another key")
    if domain not in domains(leaf):
        raise AssertionError(f"the certificate is for {domains(leaf)}, not for {domain}")
    for child, parent in zip(chain, chain[1:]):
        child.verify_directly_issued_by(parent)
