// Envelopes, keys, sealed files and where they come from.
#include "fakes.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"

#include <sstream>

namespace pramana::pipeline {

Bytes envelope_of(const VerifiedIntent& intent, std::string_view key) {
    std::ostringstream out;
    out << "envelope " << intent.chain_id << ' ' << to_hex(intent.dlp.view()) << ' '
        << to_hex(intent.ruleset.view()) << ' ' << to_hex(intent.sealed_sha256.view()) << ' '
        << to_hex(intent.terms_sha256.view()) << ' ' << intent.expires_unix_s << ' '
        << to_hex(intent.wallet.view()) << ' ' << key;
    return bytes_of(out.str());
}

Bytes sealed_file(std::string_view key, std::string_view content) {
    return bytes_of("sealed:" + std::string{key} + "#" + std::string{content});
}

std::string key_of_wallet(const Address& wallet) { return "sig:" + to_hex(wallet.view()); }

namespace {

struct ParsedEnvelope {
    VerifiedIntent intent;
    std::string key;
};

Result<ParsedEnvelope> parse(ByteView envelope) {
    std::istringstream in{std::string{as_text(envelope)}};
    std::string magic;
    std::string dlp;
    std::string ruleset;
    std::string sealed;
    std::string terms;
    std::string wallet;
    ParsedEnvelope parsed;
    in >> magic >> parsed.intent.chain_id >> dlp >> ruleset >> sealed >> terms >>
        parsed.intent.expires_unix_s >> wallet >> parsed.key;
    if (magic == "forged") return Error{Errc::kIntentSignature, "fake.opener"};
    if (magic != "envelope" || in.fail()) return Error{Errc::kMalformedEnvelope, "fake.opener"};
    parsed.intent.dlp = *fixed_from_hex<Address>(dlp);
    parsed.intent.ruleset = *fixed_from_hex<Hash32>(ruleset);
    parsed.intent.sealed_sha256 = *fixed_from_hex<Hash32>(sealed);
    parsed.intent.terms_sha256 = *fixed_from_hex<Hash32>(terms);
    parsed.intent.wallet = *fixed_from_hex<Address>(wallet);
    return parsed;
}

}  // namespace

Result<VerifiedIntent> FakeOpener::verify_envelope(ByteView envelope) {
    const Result<ParsedEnvelope> parsed = parse(envelope);
    if (!parsed) return parsed.error();
    return parsed->intent;
}

Result<std::optional<OwnershipShown>> FakeOpener::ownership(const Hash32& ruleset,
                                                            ByteView envelope,
                                                            std::optional<std::int64_t> now) {
    if (ruleset != asks_for_ownership) return std::optional<OwnershipShown>{};
    const bool shown = as_text(envelope).ends_with(" owned") && (!now || *now <= shown_until);
    if (!shown) return Error{Errc::kOwnershipNotShown, "fake.opener"};
    return std::optional{OwnershipShown{
        .provider = "chatgpt", .method = "provider_api", .statement = filled<Hash32>(0x51)}};
}

Status FakeOpener::owned_content(const Hash32& ruleset, ByteView envelope,
                                 const SecretBytes& opened) {
    if (ruleset != asks_for_ownership || owned_text.empty()) return Done{};
    const bool shown = as_text(envelope).ends_with(" owned") &&
                       as_text(opened.expose()).find(owned_text) != std::string_view::npos;
    if (!shown) return Error{Errc::kOwnershipNotShown, "fake.opener.content"};
    return Done{};
}

Result<FileKey> FakeOpener::open_envelope(ByteView envelope) {
    const Result<ParsedEnvelope> parsed = parse(envelope);
    if (!parsed) return parsed.error();
    if (parsed->key == "foreign") return Error{Errc::kKeyNotForUs, "fake.opener"};
    return FileKey{SecretBytes::copy_of(as_bytes_view(parsed->key)), std::nullopt};
}

Result<SecretBytes> FakeOpener::open_key(ByteView encrypted_key) {
    const std::string_view text = as_text(encrypted_key);
    if (!text.starts_with("to-us:")) return Error{Errc::kKeyNotForUs, "fake.opener"};
    return SecretBytes::copy_of(as_bytes_view(text.substr(6)));
}

Result<Address> FakeOpener::signer_of(const SecretBytes& key, std::string_view) {
    const std::string_view text = as_text(key.expose());
    if (!text.starts_with("sig:")) return Error{Errc::kMalformedKey, "fake.opener"};
    return fixed_from_hex<Address>(text.substr(4, 40));
}

Result<bool> FakeOpener::matches_permission(const SecretBytes& key, const PermissionSecret&,
                                            std::string_view dlp_public_key,
                                            std::string_view permission) {
    return permission == std::string{dlp_public_key} + "|" + std::string{as_text(key.expose())};
}

KeyedHashes FakeOpener::keyed_hashes(const SecretBytes&, FileId, const ContentHashes& content) {
    return {.text = content.text, .trace = content.leaves.front()};
}

Result<SecretBytes> FakeOpener::decrypt(ByteView sealed, const SecretBytes& key) {
    ++decryptions;
    const std::string_view text = as_text(sealed);
    const std::string_view wanted = as_text(key.expose());
    const std::size_t hash = text.find('#');
    if (!text.starts_with("sealed:") || hash == std::string_view::npos)
        return Error{Errc::kMalformedMessage, "fake.opener"};
    if (text.substr(7, hash - 7) != wanted) return Error{Errc::kWrongPassword, "fake.opener"};
    const std::string_view content = text.substr(hash + 1);
    if (content == "!bomb") return Error{Errc::kDecompressionLimit, "fake.opener"};
    if (content == "!altered") return Error{Errc::kAuthTagMismatch, "fake.opener"};
    if (content == "!argon2") return Error{Errc::kUnsupportedPacket, "fake.opener"};
    return SecretBytes::copy_of(as_bytes_view(content));
}

// ------------------------------------------------------------------------------------------

Result<Bytes> FakeFetch::fetch(std::string_view url, std::size_t bytes_max) {
    ++fetches;
    if (fails) return Error{*fails, "fake.fetch"};
    const auto found = pages.find(url);
    if (found == pages.end()) return Error{Errc::kFetchFailed, "fake.fetch"};
    if (found->second.size() > bytes_max) return Error{Errc::kFetchTooLarge, "fake.fetch"};
    return found->second;
}

Bytes FakeVault::seal(const SecretBytes& opened, std::string_view place) {
    Bytes out;
    append_be(out, static_cast<std::uint32_t>(place.size()));
    append(out, place);
    for (const std::uint8_t byte : opened.expose())
        out.push_back(static_cast<std::uint8_t>(byte ^ 0x5AU));
    return out;
}

Result<SecretBytes> FakeVault::open(ByteView sealed, std::string_view place) {
    if (sealed.size() < 4 + place.size() || load_be<std::uint32_t>(sealed.data()) != place.size() ||
        as_text(sealed.subspan(4, place.size())) != place)
        return Error{Errc::kAuthTagMismatch, "fake.vault"};
    Bytes opened{sealed.begin() + 4 + static_cast<std::ptrdiff_t>(place.size()), sealed.end()};
    for (std::uint8_t& byte : opened) byte = static_cast<std::uint8_t>(byte ^ 0x5AU);
    return SecretBytes::copy_of(opened);
}

}  // namespace pramana::pipeline
