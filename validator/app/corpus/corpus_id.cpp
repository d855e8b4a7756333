#include "corpus_id.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/core/sha256.hpp"

namespace pramana::app {

Hash32 corpus_id_of(std::uint64_t chain_id, const Address& dlp, const scoring::Ruleset& ruleset) {
    std::uint8_t chain_be[sizeof chain_id];
    store_be(chain_id, chain_be);
    const std::string_view shared = ruleset.shared_corpus();
    Sha256 hash;
    hash.update(shared.empty() ? "pramana:corpus:own:1" : "pramana:corpus:shared:1");
    hash.update(ByteView{chain_be});
    hash.update(ruleset.entry_digest().view());
    hash.update(shared.empty() ? dlp.view() : as_bytes_view(shared));
    return hash.finish();
}

}  // namespace pramana::app
