import { SIMULATED_DAYS } from '../../core/quota/limits.ts';
import { LATE_ANSWER_SECONDS } from '../../core/stack.ts';
import { simulationCard } from '../cards/simulation-card.ts';
import { managedGuild, readAllowance, readTarget } from './options.ts';
import { drawChart } from './draw-chart.ts';
import { quotaCommandHandler } from './quota-commands.ts';

const CHART = 'quota-simulation.png';
/** The rest is for drawing, and for Discord. */
const READ_WITHIN_MS = (LATE_ANSWER_SECONDS - 60) * 1000;

/** Replays the last days under a proposed rule. It may take longer than Discord waits, so the answer comes late. */
export const simulateQuota = quotaCommandHandler(async (interaction, { ledger }) => {
  const guildId = managedGuild(interaction);
  const proposed = { target: readTarget(interaction), ...readAllowance(interaction) };
  return {
    later: async ({ drawPng }) => {
      const simulation = await ledger.simulate(guildId, proposed, { days: SIMULATED_DAYS, signal: AbortSignal.timeout(READ_WITHIN_MS) });
      if (!drawPng || simulation.jobs === 0) return simulationCard(proposed, simulation);
      const data = await drawPng(drawChart(simulation.daily, simulation.from, simulation.days));
      return { card: simulationCard(proposed, simulation, CHART), files: [{ name: CHART, data, contentType: 'image/png' }] };
    },
  };
});
