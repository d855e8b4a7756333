#include "notes.hpp"

#include "pramana/core/check.hpp"

namespace {

template <class Note>
void expect_canonical(const pramana::SecretBytes& bytes, const pramana::Result<Note>& read) {
    if (!read) return;
    const pramana::SecretBytes again = pramana::pipeline::write_note(*read);
    PRAMANA_CHECK(pramana::equal_secret(again.expose(), bytes.expose()));
}

}  // namespace

// The first byte says which note the rest is. What is read is written the same again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace pramana;
    if (size == 0) return 0;
    const SecretBytes note = SecretBytes::copy_of({bytes + 1, size - 1});
    if (bytes[0] % 2 == 0)
        expect_canonical(note, pipeline::read_key_note(note));
    else
        expect_canonical(note, pipeline::read_score_note(note));
    return 0;
}
