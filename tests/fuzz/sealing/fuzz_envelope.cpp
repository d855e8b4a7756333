#include "pramana/core/check.hpp"
#include "pramana/sealing/envelope.hpp"

namespace pramana {
namespace {

using namespace sealing;

const SigningKey& key() {
    static const SigningKey kKey =
        std::move(*SigningKey::from_bytes(SecretBytes::copy_of(Bytes(32, 0x11))));
    return kKey;
}

Intent intent() {
    Intent out;
    out.chain_id = 31337;
    out.wallet = key().address();
    return out;
}

/// What our key decrypts may hold anything: the sender wrote it.
void fuzz_key_plaintext(ByteView plaintext) {
    const Bytes sealed = ecies_encrypt(key().public_key(), plaintext);
    const Result<FileKeyBundle> bundle = open_file_key(key(), intent(), sealed);
    PRAMANA_CHECK(!bundle ||
                  (bundle->file_key.size() >= 1 && bundle->file_key.size() <= kFileKeyBytesMax));
}

void fuzz_text(ByteView json) {
    const Result<Envelope> envelope = parse_envelope(json);
    if (!envelope) {
        PRAMANA_CHECK(envelope.error().code == Errc::kMalformedEnvelope);
        return;
    }
    const std::string text = write_envelope(*envelope);
    const Result<Envelope> again = parse_envelope(as_bytes_view(text));
    PRAMANA_CHECK(again.has_value() && *again == *envelope);
    const Status verified = verify_intent(envelope->intent, envelope->intent_signature);
    PRAMANA_CHECK(verified || verified.error().code == Errc::kIntentSignature);
}

}  // namespace
}  // namespace pramana

// What begins like the plaintext of a sealed key is that; all else is the text of an envelope.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size > 0 && bytes[0] == 'p')
        pramana::fuzz_key_plaintext({bytes, std::min<std::size_t>(size, 4096)});
    else
        pramana::fuzz_text({bytes, size});
    return 0;
}
