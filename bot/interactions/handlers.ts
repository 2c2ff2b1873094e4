/** Who answers what: one line for each command, message command, button or menu, modal, and option that completes itself. */
import { deletePictures, deletePicturesNow } from '../actions/delete-pictures.ts';
import { describeCommand } from '../actions/describe-command.ts';
import { edit, editSubmit, remixCommand } from '../actions/edit.ts';
import { confirmPaidAction, pressPaidAction } from '../actions/press-paid-action.ts';
import { refineCommand } from '../actions/refine-command.ts';
import { sendToDms } from '../actions/send-to-dms.ts';
import { acceptTerms } from '../moderation/accept-terms.ts';
import { blockReported, deleteReported, dismissReport, unblockReported } from '../moderation/decide-report.ts';
import { blockMember, setLogChannel, showModeration, unblockMember } from '../moderation/moderation-commands.ts';
import { askToDelete, deleteMyData, exportMyData, lookAtDeletion } from '../moderation/mydata.ts';
import { report, reportCommand, reportSubmit } from '../moderation/report.ts';
import { addWord, listWords, removeWord, testWords } from '../moderation/words-commands.ts';
import { grantCredits, listQuotas, logQuotas, removeQuota, resetCredits, setQuota, showQuota } from '../quota/quota-commands.ts';
import { simulateQuota } from '../quota/simulate-quota.ts';
import { clearSettings, setSettings, showSettings } from '../settings-command/settings.ts';
import { cancelListed, refreshStatus, status } from '../status/status.ts';
import { verify, verifyMessage } from '../verify/verify.ts';
import { cancel } from '../waiting/cancel.ts';
import type { AutocompleteHandler, CommandHandler, ComponentHandler, MessageCommandHandler, ModalHandler } from './handler.ts';
import { about } from './about.ts';
import { completeLora, completeModel, completeModels, completeSampler, completeStyle } from './complete-imagine.ts';
import { help } from './help.ts';
import { imagine } from './imagine.ts';

/** By name. A subcommand may stand here as `quota set` (or `quota rules add`), else its command gets it. */
export const COMMANDS: Readonly<Record<string, CommandHandler>> = {
  imagine,
  help,
  verify,
  about,
  status,
  'settings show': showSettings,
  'settings set': setSettings,
  'settings clear': clearSettings,
  credits: showQuota,
  'quota show': showQuota,
  'quota set': setQuota,
  'quota remove': removeQuota,
  'quota list': listQuotas,
  'quota grant': grantCredits,
  'quota reset': resetCredits,
  'quota simulate': simulateQuota,
  'quota log': logQuotas,
  'mydata export': exportMyData,
  'mydata delete': askToDelete,
  'moderation show': showModeration,
  'moderation log': setLogChannel,
  'moderation block': blockMember,
  'moderation unblock': unblockMember,
  'words add': addWord,
  'words remove': removeWord,
  'words list': listWords,
  'words test': testWords,
};

/** By the name that people see in the menu. */
export const MESSAGE_COMMANDS: Readonly<Record<string, MessageCommandHandler>> = {
  Refine: refineCommand,
  Remix: remixCommand,
  'Describe settings': describeCommand,
  'Verify picture': verifyMessage,
  'Report to moderators': reportCommand,
};

/** By the action that their custom id was written with (custom-id/custom-ids.ts). */
export const COMPONENTS: Readonly<Record<string, ComponentHandler>> = {
  refine: pressPaidAction('refine'),
  vary: pressPaidAction('vary'),
  upscale: pressPaidAction('upscale'),
  again: pressPaidAction('again'),
  confirm: confirmPaidAction,
  edit,
  delete: deletePictures,
  'delete-now': deletePicturesNow,
  dm: sendToDms,
  cancel,
  'cancel-listed': cancelListed,
  status: refreshStatus,
  'accept-terms': acceptTerms,
  'mydata-delete': deleteMyData,
  'mydata-look': lookAtDeletion,
  report,
  'report-delete': deleteReported,
  'report-dismiss': dismissReport,
  'report-block': blockReported,
  'report-unblock': unblockReported,
};

/** By action, as components. */
export const MODALS: Readonly<Record<string, ModalHandler>> = {
  edit: editSubmit,
  report: reportSubmit,
};

/** By command and option: `imagine style`, `quota set who`. */
export const AUTOCOMPLETES: Readonly<Record<string, AutocompleteHandler>> = {
  'imagine style': completeStyle,
  'imagine sampler': completeSampler,
  'imagine model': completeModel,
  'imagine lora': completeLora,
  'settings style': completeStyle,
  'settings model': completeModel,
  'settings models': completeModels,
};
