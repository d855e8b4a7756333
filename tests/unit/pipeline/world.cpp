#include "world.hpp"

#include "pramana/core/hex.hpp"

namespace pramana::pipeline {

std::string World::own_url(std::uint8_t w, std::string_view content) const {
    const Bytes bytes = sealed(w, content);
    return options.public_base_url + "/v1/blobs/" + to_hex(hash_of(as_text(bytes)).view());
}

void World::request(std::uint64_t job, std::uint8_t w, const std::string& url, std::uint64_t bid) {
    chain.change([&](FakeChain& state) {
        state.files[FileId{job}] = {wallet(w), url};
        state.permissions[{FileId{job}, options.dlps[0].address}] =
            "dlp-key|" + key_of_wallet(wallet(w));
        state.jobs[JobId{job}] = {.status = ChainJobStatus::kSubmitted,
                                  .file = FileId{job},
                                  .bid_wei = wei(bid),
                                  .payer = wallet(w),
                                  .tee = options.tee};
    });
}

std::string World::outcome(std::uint64_t id) {
    const ContributionStatus status = job(id);
    std::string text{name_of(status.stage)};
    if (status.cause) text += " " + std::string{pramana::name_of(status.cause->code)};
    return text;
}

}  // namespace pramana::pipeline
