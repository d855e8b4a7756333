#include "vectors/keys.hpp"
#include "vectors/vana_sealing.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/os/file.hpp"
#include "pramana/sealing/file_key.hpp"
#include "pramana/sealing/openpgp.hpp"

namespace pramana::vectors {
namespace {

constexpr std::size_t kVectorBytesMax = std::size_t{64} << 20U;

/// SHA-256(seed || uint32_be k) for k = 0, 1, 2, …, cut to `size`.
Bytes sha256_counter(const std::string& seed, std::size_t size) {
    Bytes out;
    for (std::uint32_t k = 0; out.size() < size; ++k) {
        Bytes input;
        append(input, seed);
        append_be(input, k);
        append(out, sha256(input).view());
    }
    out.resize(size);
    return out;
}

void check_sealed(const JsonView& entry, ByteView sealed) {
    expect(sealed.size() == u64(entry, "file_bytes"), "file_bytes differs");
    expect_bytes("file_sha256", sha256(sealed).view(), hex(entry, "file_sha256"));
    if (has_member(entry, "file_base64"))
        expect_bytes("file_base64", sealed, base64(entry, "file_base64"));
}

void check_plaintext(const JsonView& entry, ByteView plain) {
    expect(plain.size() == u64(entry, "plaintext_bytes"), "plaintext_bytes differs");
    expect_bytes("plaintext_sha256", sha256(plain).view(), hex(entry, "plaintext_sha256"));
    if (has_member(entry, "plaintext_base64"))
        expect_bytes("plaintext_base64", plain, base64(entry, "plaintext_base64"));
    const JsonView source = member(entry, "plaintext_source");
    const std::string rule = text(source, "rule");
    expect(rule == "inline" || rule == "sha256-counter", "unknown plaintext rule");
    if (rule == "sha256-counter")
        expect_bytes("plaintext by its rule", plain,
                     sha256_counter(text(source, "seed"), plain.size()));
}

/// Whether a refusal has the reason that the vector names.
bool right_reason(const Expectation& expectation, Errc code) {
    if (expectation.begins("wrong_password")) return code == Errc::kWrongPassword;
    if (expectation.begins("integrity failure")) return code == Errc::kAuthTagMismatch;
    if (expectation.begins("reject: not an OpenPGP")) return code == Errc::kMalformedMessage;
    if (expectation.begins("ok or"))
        return code == Errc::kUnsupportedPacket || code == Errc::kNoIntegrity;
    return expectation.begins("reject") && blame_of(code) == Blame::kSender &&
           code != Errc::kWrongPassword;
}

/// The password is a signature by the wallet beside it, in whatever spelling.
void check_owner(const JsonView& entry, ByteView password) {
    const Address owner = signing_key(entry, "wallet_private_key").address();
    expect_bytes("wallet_address", owner.view(), hex(entry, "wallet_address"));
    if (sealing::form_of_file_key(password) == sealing::FileKeyForm::kSignature)
        static_cast<void>(
            must("the password's owner", sealing::check_file_key_owner(password, owner)));
}

void check_password_file(const VectorFile& file, const JsonView& entry) {
    const Bytes sealed =
        must("file", read_file(file.directory / text(entry, "file"), kVectorBytesMax));
    check_sealed(entry, sealed);
    const std::string password = text(entry, "password");
    check_owner(entry, as_bytes_view(password));
    const Expectation expectation{entry};
    const Result<SecretBytes> opened =
        sealing::open_message(sealed, as_bytes_view(password), sealing::OpenLimits{});
    if (!opened)
        return expectation.refused(opened.error(), right_reason(expectation, opened.error().code));
    expectation.succeeded();
    check_plaintext(entry, opened->expose());
}

void check_scope_file(const JsonView& entry) {
    const SigningKey wallet = signing_key(entry, "wallet_private_key");
    expect_bytes("wallet_address", wallet.address().view(), hex(entry, "wallet_address"));
    const std::string message = text(entry, "message");
    expect_text("message", sealing::kMasterKeyMessage, message);
    const std::string master = text(entry, "master_signature");
    const Hash32 digest = personal_message_digest(as_bytes_view(message));
    expect_text("master_signature", to_hex0x(wallet.sign(digest).view()), master);
    const SecretBytes key =
        must("scope key", sealing::scope_key(as_bytes_view(master), text(entry, "scope")));
    expect_text("scope_key_hex", as_text(key.expose()), text(entry, "scope_key_hex"));
    const Bytes sealed = base64(entry, "file_base64");
    expect_bytes("file_sha256", sha256(sealed).view(), hex(entry, "file_sha256"));
    const SecretBytes plain =
        must("file", sealing::open_message(sealed, key.expose(), sealing::OpenLimits{}));
    expect_text("plaintext_utf8", as_text(plain.expose()), text(entry, "plaintext_utf8"));
}

}  // namespace

void check_password_files(const VectorFile& file, Report& report) {
    each_case(file, report, "entries",
              [&](const JsonView& entry) { check_password_file(file, entry); });
}

void check_scope_files(const VectorFile& file, Report& report) {
    each_case(file, report, "entries", check_scope_file);
}

}  // namespace pramana::vectors
