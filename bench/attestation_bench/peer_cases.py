"""bench/run attestation --peer-cases: dcap-qvl's Rust library over the TDX and SGX cases of the vectors, and where it differs.

A case counts as accepted where the library verifies it and the status is one of the strict policy. Its own answers on debug and
attribute bits count; what a caller would have to compare besides does not."""
import json
import pathlib

ACCEPTED = ("UpToDate", "SWHardeningNeeded")
HEX = ("root_ca_crl", "pck_crl", "tcb_info_signature", "qe_identity_signature")


def accepts(folder: pathlib.Path, case: dict) -> tuple[bool, str]:
    """Whether the library accepts a case, and what it says."""
    import dcap_qvl  # pylint: disable=import-outside-toplevel
    try:
        raw = json.loads((folder / case["collateral"]).read_text())
        raw.update({name: bytes.fromhex(raw[name]) for name in HEX})
        collateral = dcap_qvl.QuoteCollateralV3(**{name: raw[name] for name in (
            "pck_crl_issuer_chain", "tcb_info_issuer_chain", "tcb_info", "qe_identity_issuer_chain", "qe_identity", *HEX)})
        quote = (folder / case["quote"]).read_bytes()
        if "root" in case:
            report = dcap_qvl.verify_with_root_ca(quote, collateral, (folder / case["root"]).read_bytes(), case["verify_time"])
        else:
            report = dcap_qvl.verify(quote, collateral, case["verify_time"])
    except (ValueError, KeyError, TypeError) as error:
        return False, str(error).splitlines()[0][:90]
    return report.status in ACCEPTED, report.status


def compare(vectors: pathlib.Path) -> int:
    """Prints each case where the library's verdict is another than the expected one, and the counts."""
    counted = differing = 0
    for name in ("tdx/expected.json", "tdx/mutations.json", "tdx-synthetic/expected.json"):
        folder = (vectors / name).parent
        for case in json.loads((vectors / name).read_text()):
            expected = case["expected"]
            accepted, said = accepts(folder, case)
            counted += 1
            if expected == "same-or-strict-reject":
                continue
            wanted = expected["strict_policy"] == "accept" if isinstance(expected, dict) else expected == "same"
            if accepted != wanted:
                differing += 1
                print(f"{case['id']}: expected {'accept' if wanted else 'reject'}, dcap-qvl says {said}")
    print(f"{counted} cases, {differing} differ")
    return 0
