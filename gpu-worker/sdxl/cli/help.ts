/** The text of `--help`, but for the names of the samplers. */
export const HELP = `Paints a picture with Stable Diffusion XL and writes it as PNG.

  npm run sdxl -- --prompt "a red house under a yellow sun" --seed 1 --out house.png
  npm run sdxl -- --base DIR --refiner DIR --prompt "…" --out x.png

What is needed
  --prompt TEXT        what to paint
  --out FILE.png       where to write it; with --count the files are FILE-1.png, FILE-2.png …

Models, diffusers folders
  --base DIR           base checkpoint; the demo model that ships here when left out
  --refiner DIR        refiner checkpoint; the demo model's when --base is left out too
  --lora FILE[=X]      LoRA for the base, X times as strong as trained (1); may be repeated
  --refiner-lora FILE[=X]  likewise for the refiner
  --provider NAME      auto, cpu, cuda or webgpu; auto: a GPU where one works, the CPU otherwise   auto
  --vae-tile PX        makes the VAE work in tiles of so many pixels; it does by itself when memory is short
  --threads N          cores to compute with; all when left out

The prompt
  --negative TEXT      what to lean away from
  --prompt-2 TEXT      another prompt for the base's second text encoder; --negative-2 likewise
  --weighted           (word:1.3), (word) and [word] weigh words, BREAK begins a new chunk, long prompts are read whole
  --clip-skip N        takes the text encoders' states N layers earlier                          0

The picture
  --seed N             whole number; the same seed paints the same picture. Chosen and shown when left out
  --count N            pictures, 1 to 16: seeds N, N+1, …                                        1
  --width PX           multiple of 8; what the checkpoint was trained at when left out
  --height PX          multiple of 8; likewise
  --steps N            steps of the whole schedule                                               30
  --guidance X         weight of the prompt; 1 and less switch guidance off                      5
  --guidance-rescale X takes back contrast that strong guidance adds, 0 to 1                     0
  --sampler NAME       SAMPLER_NAMES
  --original-size WxH  size the model is told that the picture once had                          the size painted
  --target-size WxH    size the model is told that it paints                                     the size painted
  --crop X,Y           what the model is told was cut off at the left and the top                0,0

From another picture
  --image FILE         picture to begin with, at its own size unless --width or --height say otherwise
  --mask FILE          paints only where this picture is white
  --image-strength X   how much is painted anew, 0 to 1                                          0.6; 1 with --mask

The refiner
  --refine HOW         ensemble: the refiner finishes the base's noisy latents
                       two-stage: the refiner re-noises the base's finished latents
                       none: the base alone                        ensemble if there is a refiner
  --denoising-end X    fraction of the schedule where the base hands over (ensemble)             0.8
  --strength X         how much the refiner paints anew (two-stage)                              0.3
  --aesthetic X        score the refiner is told to paint for, 0 to 10                           6
  --negative-aesthetic X  score it leans away from                                               2.5
  --handover HOW       as-diffusers or consistent: Heun's and DPM2's steps run once              as-diffusers

  --help               this text

Exit code: 0 painted, 1 could not paint, 2 the command line is wrong, 130 stopped by Ctrl-C.`;
