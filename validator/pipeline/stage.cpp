#include "pramana/pipeline/service.hpp"

#include <cstdlib>

namespace pramana::pipeline {

std::string_view name_of(Stage stage) noexcept {
    switch (stage) {
        case Stage::kReceived: return "received";
        case Stage::kWaitingKey: return "waiting_key";
        case Stage::kWaitingFile: return "waiting_file";
        case Stage::kQueued: return "queued";
        case Stage::kPlaced: return "placed";
        case Stage::kProved: return "proved";
        case Stage::kSigned: return "signed";
        case Stage::kSent: return "sent";
        case Stage::kIncluded: return "included";
        case Stage::kFinal: return "final";
        case Stage::kDoneByOther: return "done_by_other";
        case Stage::kCancelled: return "cancelled";
        case Stage::kRefused: return "refused";
        case Stage::kExpired: return "expired";
    }
    std::abort();
}

bool is_terminal(Stage stage) noexcept { return stage >= Stage::kFinal; }

}  // namespace pramana::pipeline
