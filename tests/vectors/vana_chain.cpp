#include "vectors/keys.hpp"
#include "vectors/vana_abi.hpp"

#include "pramana/chain/address.hpp"
#include "pramana/chain/proof_digest.hpp"
#include "pramana/chain/satya_attestation.hpp"
#include "pramana/chain/transaction.hpp"
#include "pramana/chain/uint256.hpp"

#include <bit>
#include <charconv>

// The files of shared/vectors/vana that the chain module answers for.
namespace pramana::vectors {
namespace {

Address address(const JsonView& object, std::string_view name) {
    return must(std::string{name}, chain::parse_address(text(object, name)));
}

Word256 word(const JsonView& object, std::string_view name) {
    return must(std::string{name}, chain::parse_decimal(number_text(member(object, name))));
}

double number(const JsonView& object, std::string_view name) {
    const std::string spelled = number_text(member(object, name));
    double value = 0;
    const auto [end, failed] =
        std::from_chars(spelled.data(), spelled.data() + spelled.size(), value);
    expect(failed == std::errc{} && end == spelled.data() + spelled.size(), "not a number");
    return value;
}

void check_proof(const JsonView& entry, const SigningKey& key) {
    const std::string url = text(entry, "file_url");
    const std::uint64_t wad =
        must("score", chain::score_wad_of_double(number(entry, "score_double")));
    chain::Proof proof;
    proof.content = {.score = word(entry, "score_wad"),
                     .dlp_id = u64(entry, "dlp_id"),
                     .metadata = text(entry, "metadata"),
                     .proof_url = text(entry, "proof_url"),
                     .instruction = text(entry, "instruction")};
    expect_text("score", std::to_string(wad), chain::to_decimal(proof.content.score));
    expect_bytes("packed", chain::packed_proof(url, proof.content), hex(entry, "packed_hex"));
    const chain::ProofDigest digest = chain::proof_digest(url, proof.content);
    expect_bytes("inner", digest.inner.view(), hex(entry, "inner_keccak256"));
    expect_bytes("digest", digest.digest.view(), hex(entry, "eip191_digest"));
    proof.signature = hex(entry, "signature");
    expect(chain::sign_proof(url, proof.content, key) == proof, "another signature");
    const Address signer = address(entry, "signer");
    expect_bytes("signer", must("recovery", chain::recover_attestator(url, proof)).view(),
                 signer.view());
    expect(must("other url", chain::recover_attestator(url + "x", proof)) != signer,
           "the signature holds for another url too");
    const Bytes pool_call = hex(entry, "calldata_teepool_addProof_job_17");
    const Bytes registry_call = hex(entry, "calldata_dataregistry_addProof_file_99");
    expect_bytes("pool call", chain::tee_pool::add_proof(JobId{17}, proof), pool_call);
    expect_bytes("registry call", chain::data_registry::add_proof(FileId{99}, proof),
                 registry_call);
    expect(must("fileProofs",
                chain::data_registry::decode_proof(hex(entry, "fileProofs_return"))) == proof,
           "fileProofs decodes to another proof");
}

void check_score(const JsonView& entry) {
    const double score = number(entry, "double");
    const std::string bits = text(entry, "double_bits");
    const Word256 stated = must("bits", chain::parse_integer("0x" + bits));
    expect(chain::to_word(std::bit_cast<std::uint64_t>(score)) == stated, "not these bits");
    expect_text("wad", std::to_string(must("wad", chain::score_wad_of_double(score))),
                number_text(member(entry, "wad")));
}

void check_proof_signing(const VectorFile& file, Report& report) {
    each_case(file, report, "entries", [&](const JsonView& entry) {
        const SigningKey key = signing_key(file.root, "tee_private_key");
        expect_text("tee address", chain::to_checksum(key.address()),
                    text(file.root, "tee_address"));
        check_proof(entry, key);
    });
    each_case(file, report, "score_double_to_wad", check_score, "score_double_to_wad-");
}

chain::Transaction transaction_of(const JsonView& fields) {
    chain::Transaction tx;
    const bool dynamic = text(fields, "type") == "eip1559";
    expect(dynamic || text(fields, "type") == "legacy", "unknown type");
    tx.type = dynamic ? chain::TxType::kDynamicFee : chain::TxType::kLegacy;
    tx.chain_id = u64(fields, "chainId");
    tx.tx_nonce = u64(fields, "nonce");
    if (dynamic) {
        tx.max_fee_per_gas_wei = word(fields, "maxFeePerGas");
        tx.max_priority_fee_per_gas_wei = word(fields, "maxPriorityFeePerGas");
    } else {
        tx.gas_price_wei = word(fields, "gasPrice");
    }
    tx.gas_limit = word(fields, "gas");
    tx.to = address(fields, "to");
    tx.value_wei = word(fields, "value");
    tx.input = hex(fields, "data");
    return tx;
}

void check_signed_transactions(const VectorFile& file, Report& report) {
    each_case(file, report, "entries", [&](const JsonView& entry) {
        const SigningKey key = signing_key(file.root, "private_key");
        const chain::Transaction tx = transaction_of(member(entry, "tx"));
        const chain::SignedTransaction made = must("sign", chain::sign_transaction(tx, key));
        const Bytes raw = hex(entry, "raw");
        expect_bytes("raw", made.raw, raw);
        expect_bytes("hash", made.hash.view(), hex(entry, "hash"));
        expect_bytes("from", made.sender.view(), address(entry, "from").view());
        expect(must("decode", chain::decode_transaction(raw)) == made,
               "decodes to another transaction");
    });
}

void check_attestation(const JsonView& entry, const SigningKey& key) {
    const std::string fields = text(entry, "signed_fields_json_text");
    const std::string canonical = text(entry, "canonical_string");
    expect_text("canonical text", must("canonical text", chain::python_canonical_json(fields)),
                canonical);
    const Hash32 digest = personal_message_digest(as_bytes_view(canonical));
    expect_bytes("digest", digest.view(), hex(entry, "eip191_digest"));
    const Signature65 signature = fixed<Signature65>(entry, "signature");
    const Address signer = address(entry, "signer");
    expect_signature(digest, key, signature, signer);
    expect(must("recovery", chain::recover_attestation_signer(fields, signature)) == signer,
           "recovers to another signer");
}

/// The sample verifies as it was signed, and not with its scores spelled as integers.
void check_official_sample(const JsonView& sample) {
    const std::string canonical = text(sample, "canonical_string");
    const Signature65 signature = fixed<Signature65>(sample, "signature");
    const Address signer = address(sample, "signer");
    expect_text("canonical text", must("canonical text", chain::python_canonical_json(canonical)),
                canonical);
    expect_bytes("signer",
                 must("recovery", chain::recover_attestation_signer(canonical, signature)).view(),
                 signer.view());
    std::string integers = canonical;
    const std::size_t at = integers.find("\"ownership\": 1.0");
    expect(at != std::string::npos, "no ownership");
    integers.replace(at, 16, "\"ownership\": 1");
    expect(must("integers", chain::recover_attestation_signer(integers, signature)) != signer,
           "1 verifies like 1.0");
}

void check_attestation_signing(const VectorFile& file, Report& report) {
    each_case(file, report, "entries", [&](const JsonView& entry) {
        check_attestation(entry, signing_key(file.root, "tee_private_key"));
    });
    if (!has_member(file.root, "official_sample")) return;
    report.run(file, "official_sample",
               [&] { check_official_sample(member(file.root, "official_sample")); });
}

}  // namespace

void add_chain_handlers(Suite& vana) {
    vana.handlers["abi_samples.json"] = check_abi_samples;
    vana.handlers["attestation_signing.json"] = check_attestation_signing;
    vana.handlers["proof_signing.json"] = check_proof_signing;
    vana.handlers["signed_transactions.json"] = check_signed_transactions;
}

}  // namespace pramana::vectors
