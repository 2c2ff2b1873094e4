import { MOST_SIMULATED_ENTRIES, SIMULATED_DAYS } from '../../core/quota/limits.ts';
import { simulationCard } from '../cards/simulation-card.ts';
import { managedGuild, readAllowance, readTarget } from './options.ts';
import { drawChart } from './draw-chart.ts';
import { quotaCommandHandler } from './quota-commands.ts';

const CHART = 'quota-simulation.png';

/** Replays the last days under a proposed rule. It may take longer than Discord waits, so the answer comes late. */
export const simulateQuota = quotaCommandHandler(async (interaction, { ledger, drawPng }) => {
  const guildId = managedGuild(interaction);
  const proposed = { target: readTarget(interaction), ...readAllowance(interaction) };
  return {
    later: async () => {
      const simulation = await ledger.simulate(guildId, proposed, { days: SIMULATED_DAYS, mostEntries: MOST_SIMULATED_ENTRIES });
      if (!drawPng || simulation.jobs === 0) return simulationCard(proposed, simulation);
      const data = await drawPng(drawChart(simulation.daily, simulation.from, simulation.days));
      return { card: simulationCard(proposed, simulation, CHART), files: [{ name: CHART, data, contentType: 'image/png' }] };
    },
  };
});
