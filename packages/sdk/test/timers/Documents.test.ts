import * as Documents from "../../src/timers/Document.ts"
import * as FlowTimer from "../../src/timers/FlowTimer.ts"
import * as TimerJob from "../../src/timers/TimerJob.ts"
import * as TimerSchedule from "../../src/timers/TimerSchedule.ts"
import * as TransferTimer from "../../src/timers/TransferTimer.ts"
import * as DocumentLaws from "../service/internal/DocumentLaws.ts"

DocumentLaws.suite(Documents, TimerSchedule, TransferTimer, FlowTimer, TimerJob)
