#include "model_file.hpp"

#include "pramana/core/hex.hpp"

namespace pramana::app {
namespace {

std::filesystem::path usual_path() {
    std::filesystem::path here = scoring::kModelPath;
    std::error_code failed;
    if (std::filesystem::exists(here, failed)) return here;
    const std::filesystem::path program =
        std::filesystem::read_symlink("/proc/self/exe", failed).parent_path();
    for (const char* root : {"../..", "../share/pramana"}) {
        const std::filesystem::path candidate = program / root / scoring::kModelPath;
        if (std::filesystem::exists(candidate, failed)) return candidate.lexically_normal();
    }
    return here;
}

}  // namespace

Outcome<std::shared_ptr<const scoring::Model>> open_model(const std::optional<std::string>& given) {
    const std::filesystem::path path = given ? std::filesystem::path{*given} : usual_path();
    const Hash32& expected = scoring::pinned_model_digest();
    Hash32 found;
    Result<std::shared_ptr<const scoring::Model>> model =
        scoring::Model::load(path, expected, &found);
    if (model) return *std::move(model);
    Failure failure = failure_of(model.error(), path.string());
    if (model.error().code == Errc::kModelMismatch)
        failure.detail +=
            ": expected " + to_hex(expected.view()) + ", found " + to_hex(found.view());
    failure.next_step = "Make it with tools/model, or name it with --model.";
    return failure;
}

}  // namespace pramana::app
