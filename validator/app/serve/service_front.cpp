#include "service_front.hpp"

namespace pramana::app {

pipeline::Readiness ServiceFront::readiness() {
    pipeline::Readiness readiness = pipeline_.readiness();
    for (std::string& trouble : worker_.troubles()) readiness.reasons.push_back(std::move(trouble));
    readiness.ready = readiness.ready && readiness.reasons.empty();
    readiness.alarms = monitor_.raised();
    return readiness;
}

}  // namespace pramana::app
