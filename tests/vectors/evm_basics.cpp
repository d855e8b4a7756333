#include "vectors/evm_handlers.hpp"
#include "vectors/keys.hpp"

#include "pramana/chain/address.hpp"
#include "pramana/chain/merkle.hpp"
#include "pramana/chain/rlp.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/crypto/keccak.hpp"

#include <openssl/evp.h>

namespace pramana::vectors {
namespace {

Bytes openssl_sha512(ByteView message) {
    Bytes digest(64);
    unsigned size = 0;
    expect(EVP_Digest(message.data(), message.size(), digest.data(), &size, EVP_sha512(),
                      nullptr) == 1,
           "EVP_Digest failed");
    return digest;
}

chain::rlp::Item rlp_item(const JsonView& decoded) {
    if (decoded.kind() != JsonKind::kArray) return chain::rlp::string(hex(decoded));
    std::vector<chain::rlp::Item> items;
    for (const JsonView& item : decoded.items()) items.push_back(rlp_item(item));
    return chain::rlp::list(std::move(items));
}

void check_checksum(const JsonView& entry) {
    const Address address = fixed<Address>(entry, "address");
    const std::string checksum = text(entry, "checksum");
    expect_text("checksum", chain::to_checksum(address), checksum);
    expect(must("checksum form", chain::parse_address(checksum)) == address, "checksum form reads");
    expect(must("lower-case form", chain::parse_address(text(entry, "address"))) == address,
           "lower-case form reads");
    // One letter in the other case is a wrong checksum, if another letter keeps its own.
    std::string wrong = checksum;
    const std::size_t letter = wrong.find_first_of("abcdefABCDEF", 2);
    if (letter == std::string::npos) return;
    wrong[letter] = static_cast<char>(wrong[letter] ^ 0x20);
    const std::string_view digits = std::string_view{wrong}.substr(2);
    const bool mixed = digits.find_first_of("abcdef") != std::string_view::npos &&
                       digits.find_first_of("ABCDEF") != std::string_view::npos;
    if (mixed) must_refuse("wrong checksum", chain::parse_address(wrong), Errc::kBadRequest);
}

void check_contract_address(const JsonView& entry) {
    const Address deployer = must("deployer", chain::parse_address(text(entry, "deployer")));
    expect_text("CREATE", chain::to_checksum(chain::create_address(deployer, u64(entry, "nonce"))),
                text(entry, "create"));
    expect_text("CREATE2",
                chain::to_checksum(chain::create2_address(deployer, fixed<Hash32>(entry, "salt"),
                                                          fixed<Hash32>(entry, "initCodeHash"))),
                text(entry, "create2"));
}

}  // namespace

void check_keccak(const VectorFile& file, Report& report) {
    each_case(file, report, "cases", [](const JsonView& entry) {
        const Bytes message = hex(entry, "data");
        expect_bytes("keccak256", keccak256(message).view(), hex(entry, "keccak256"));
        expect_bytes("sha256", sha256(message).view(), hex(entry, "sha256"));
        expect_bytes("sha512", openssl_sha512(message), hex(entry, "sha512"));
    });
}

void check_rlp(const VectorFile& file, Report& report) {
    each_case(file, report, "cases", [](const JsonView& entry) {
        const Bytes encoded = hex(entry, "encoded");
        const Result<chain::rlp::Item> decoded = chain::rlp::decode(encoded);
        if (member(entry, "ok").raw() != "true") {
            must_refuse("decode", decoded, Errc::kMalformedChainData);
            return;
        }
        const chain::rlp::Item item = rlp_item(member(entry, "decoded"));
        expect_bytes("encoding", chain::rlp::encode(item), encoded);
        expect(must("decode", decoded) == item, "decodes to another value");
    });
}

void check_addresses(const VectorFile& file, Report& report) {
    each_case(file, report, "cases", [](const JsonView& entry) {
        if (has_member(entry, "deployer")) {
            check_contract_address(entry);
            return;
        }
        check_checksum(entry);
        if (!has_member(entry, "key")) return;
        const SigningKey key = signing_key(entry, "key");
        expect_bytes("public key", key.public_key().view(), hex(entry, "publicKey"));
        expect_bytes("address of the key", key.address().view(), hex(entry, "address"));
    });
}

void check_personal_sign(const VectorFile& file, Report& report) {
    each_case(file, report, "cases", [](const JsonView& entry) {
        const Hash32 digest = personal_message_digest(hex(entry, "message"));
        expect_bytes("digest", digest.view(), hex(entry, "digest"));
        const SigningKey key = signing_key(entry, "key");
        const Address signer = must("signer", chain::parse_address(text(entry, "signer")));
        expect_bytes("signer", key.address().view(), signer.view());
        expect_signature(digest, key, fixed<Signature65>(entry, "signature"), signer);
    });
}

void check_merkle(const VectorFile& file, Report& report) {
    each_case(file, report, "cases", [](const JsonView& entry) {
        std::vector<Hash32> leaves;
        for (const JsonView& leaf : member(entry, "leaves").items()) {
            leaves.push_back(fixed<Hash32>(leaf));
        }
        expect(!leaves.empty(), "no leaves");
        const Hash32 root = fixed<Hash32>(entry, "root");
        expect_bytes("root", chain::merkle_root(leaves).view(), root.view());
        for (const JsonView& row : member(entry, "proofs").items()) {
            const auto index = static_cast<std::size_t>(u64(row, "index"));
            expect(index < leaves.size(), "index beyond the leaves");
            std::vector<Hash32> proof;
            for (const JsonView& node : member(row, "proof").items()) {
                proof.push_back(fixed<Hash32>(node));
            }
            expect(chain::merkle_proof(leaves, index) == proof,
                   "proof " + std::to_string(index) + " differs");
            expect(chain::merkle_verify(leaves[index], proof, root), "proof does not verify");
            Hash32 other = leaves[index];
            other.bytes[31] ^= 1U;
            expect(!chain::merkle_verify(other, proof, root), "another leaf verifies too");
        }
    });
}

}  // namespace pramana::vectors
