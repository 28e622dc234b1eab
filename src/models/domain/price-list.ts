// Made by `npm run prices` from @pydantic/genai-prices (MIT): not to be edited by hand. Read by ./prices.ts, which says what it means.
export const PRICE_LIST = String.raw`
@ anthropic https://api\.anthropic\.com
8/24 200000 ^claude-2 %claude-v2
0.8/4 200000 ^claude-3-5-haiku ^claude-3.5-haiku
3/15 200000 ^claude-3-5-sonnet ^claude-3.5-sonnet
3/15 200000 ^claude-3-7-sonnet ^claude-3.7-sonnet ^claude-sonnet-3.7 ^claude-sonnet-3-7
0.25/1.25 200000 ^claude-3-haiku
15/75 200000 ^claude-3-opus
3/15 200000 ^claude-3-sonnet
10/50 1000000 claude-fable-5 /^claude-fable-5-\d{8}$
10/50 1000000 claude-fable-5-1 /^claude-fable-5-1-\d{8}$
1/5 200000 ^claude-haiku-4-5 ^claude-haiku-4.5 ^claude-4-5-haiku ^claude-4.5-haiku
15/75 200000 ^claude-opus-4-0 ^claude-4-opus claude-opus-4 claude-opus-4-20250514
15/75 200000 ^claude-opus-4-1 ^claude-opus-4.1
5/25 200000 ^claude-opus-4-5 ^claude-opus-4.5 ^claude-4-5-opus ^claude-4.5-opus
5/25,2026-03-13=5/25 1000000 ^claude-opus-4-6 ^claude-opus-4.6 ^claude-4-6-opus ^claude-4.6-opus
5/25 1000000 ^claude-opus-4-7 ^claude-opus-4.7 ^claude-4-7-opus ^claude-4.7-opus
5/25 1000000 ^claude-opus-4-8 ^claude-opus-4.8 ^claude-4-8-opus ^claude-4.8-opus
5/25 1000000 claude-opus-5 /^claude-opus-5-\d{8}$ ^claude-opus-5.0 ^claude-5-opus ^claude-5.0-opus
4/20 1000000 claude-opus-5-5 /^claude-opus-5-5-\d{8}$ ^claude-opus-5.5 ^claude-5-5-opus ^claude-5.5-opus
3/15 200000 ^claude-sonnet-4-2025 ^claude-sonnet-4-0 ^claude-sonnet-4@ claude-sonnet-4 ^claude-4-sonnet
3/15 200000 ^claude-sonnet-4-5 ^claude-sonnet-4.5
3/15,2026-03-13=3/15 1000000 ^claude-sonnet-4-6 ^claude-sonnet-4.6
2/10 1000000 ^claude-sonnet-5 ^claude-sonnet-5.0 ^claude-5-sonnet ^claude-5.0-sonnet
8/24 - claude-v1
@ arcee https://api\.arcee\.ai(?:/|$)
0.14/0.28 - deepseek/deepseek-v4-flash-latest
1.74/3.48 - deepseek/deepseek-v4-pro
3/15 - moonshotai/kimi-k3
0.5/1.2 - thinkingmachines/inkling-small
0.25/0.8 - trinity-large-thinking
1.4/4.4 - zai-org/glm-5.2
@ avian https://api\.avian\.io
1.5/1.5 - meta-llama-3.1-405b-instruct
0.45/0.45 - meta-llama-3.1-70b-instruct
0.1/0.1 - meta-llama-3.1-8b-instruct
0.45/0.45 - meta-llama-3.3-70b-instruct
0.23/0.33 163000 deepseek/deepseek-v3.2
0.0805/0.161 1000000 deepseek/deepseek-v4-flash
1.305/2.61 1000000 deepseek/deepseek-v4-pro
0.594/1.782 1000000 deepseek/deepseek-v4-pro-0813
0.27/1.08 196000 minimax/minimax-m2.5
0.45/2.2 262000 moonshotai/kimi-k2.5
0.95/4 262000 moonshotai/kimi-k2.6
0.2/0.4 1000000 xiaomi/mimo-v2.5
0.435/0.87 1000000 xiaomi/mimo-v2.5-pro
0.388/1.806 202000 z-ai/glm-4.7
0.516/2.322 205000 z-ai/glm-5
0.743/2.971 202000 z-ai/glm-5.1
0.495/1.733 1000000 z-ai/glm-5.2
@ aws https://bedrock-runtime\.[a-z0-9-]+\.amazonaws\.com(/|$)
0.33/2.75 1000000 %amazon.nova-2-sonic
0.06/0.24 300000 %amazon.nova-lite
0.035/0.14 128000 %amazon.nova-micro
2.5/12.5 1000000 %amazon.nova-premier
0.8/3.2 300000 %amazon.nova-pro
0.06/0.24 - %amazon.nova-sonic
- 8192 %amazon.titan-embed-text
0.2/0.6 - %titan-text-express
0.15/0.2 - %titan-text-lite
1.35/5.4 128000 %deepseek.r1
0.3/2.5 1000000 %global.amazon.nova-2-lite
10/50 1000000 $global.anthropic.claude-fable-5-1 %global.anthropic.claude-fable-5-1-v1
10/50 1000000 $global.anthropic.claude-fable-5 %global.anthropic.claude-fable-5-v1
1/5 200000 %global.anthropic.claude-haiku-4-5-20251001
5/25 200000 %global.anthropic.claude-opus-4-5
5/25 1000000 %global.anthropic.claude-opus-4-6
5/25 1000000 %global.anthropic.claude-opus-4-7
5/25 1000000 %global.anthropic.claude-opus-4-8
5/25 1000000 $global.anthropic.claude-opus-5 %global.anthropic.claude-opus-5-v1
4/20 1000000 $global.anthropic.claude-opus-5-5 %global.anthropic.claude-opus-5-5-v1
3/15 200000 %global.anthropic.claude-sonnet-4-20250514
3/15 200000 %global.anthropic.claude-sonnet-4-5-20250929
3/15 1000000 %global.anthropic.claude-sonnet-4-6
2/10 1000000 %global.anthropic.claude-sonnet-5
0.2/1.2 1000000 %global.openai.gpt-5.6-luna
5/30,2026-08-21=4/20 1000000 %global.openai.gpt-5.6-sol
2/12 1000000 %global.openai.gpt-5.6-terra
0.09/0.29 128000 %google.gemma-3-12b-it
0.23/0.38 128000 %google.gemma-3-27b-it
0.04/0.08 128000 %google.gemma-3-4b-it
0.72/0.72 128000 %meta.llama3-1-70b-instruct
0.22/0.22 128000 %meta.llama3-1-8b-instruct
0.16/0.16 128000 %meta.llama3-2-11b-instruct
0.1/0.1 128000 %meta.llama3-2-1b-instruct
0.15/0.15 128000 %meta.llama3-2-3b-instruct
0.72/0.72 128000 %meta.llama3-2-90b-instruct
0.72/0.72 128000 %meta.llama3-3-70b-instruct
2.65/3.5 8192 %meta.llama3-70b-instruct
0.3/0.6 8192 %meta.llama3-8b-instruct
0.24/0.97 1000000 %meta.llama4-maverick-17b-instruct
0.17/0.66 10000000 %meta.llama4-scout-17b-instruct
0.4/2 256000 %mistral.devstral-2-123b
0.5/1.5 128000 %mistral.magistral-small-2509
0.2/0.2 128000 %mistral.ministral-3-14b-instruct
0.1/0.1 128000 %mistral.ministral-3-3b-instruct
0.15/0.15 128000 %mistral.ministral-3-8b-instruct
0.15/0.2 32000 %mistral.mistral-7b-instruct-v0
4/12 32000 %mistral.mistral-large-2402
0.5/1.5 256000 %mistral.mistral-large-3-675b-instruct
1/3 32000 %mistral.mistral-small-2402
0.45/0.7 32000 %mistral.mixtral-8x7b-instruct-v0
2/6 128000 %mistral.pixtral-large-2502
0.04/0.04 32000 %mistral.voxtral-mini-3b-2507
0.1/0.3 32000 %mistral.voxtral-small-24b-2507
0.06/0.24 256000 %nvidia.nemotron-nano-3-30b
0.06/0.23 128000 %nvidia.nemotron-nano-9b-v2
0.15/0.65 256000 %nvidia.nemotron-super-3-120b
2.75/16.5 - openai.gpt-5.4
5.5/33 - openai.gpt-5.5
0.15/0.6 128000 %openai.gpt-oss-120b-1
0.07/0.3 128000 %openai.gpt-oss-20b-1
0.15/0.6 32000 %qwen.qwen3-32b
0.15/0.6 256000 %qwen.qwen3-coder-30b-a3b
0.45/1.8 128000 %qwen.qwen3-coder-480b-a35b
0.53/2.66 256000 %qwen.qwen3-vl-235b-a22b
0.33/2.75 1000000 %us.amazon.nova-2-lite %eu.amazon.nova-2-lite %jp.amazon.nova-2-lite
0.8/4 200000 %claude-3-5-haiku-20241022
3/15 200000 %claude-3-5-sonnet-20240620
3/15 200000 %claude-3-5-sonnet-20241022
3/15 200000 %claude-3-7-sonnet-20250219
0.25/1.25 200000 %claude-3-haiku-20240307
15/75 200000 %claude-3-opus-20240229
3/15 200000 %claude-3-sonnet-20240229
11/55 1000000 anthropic.claude-fable-5-1 claude-fable-5-1 ^anthropic.claude-fable-5-1-v1 ^claude-fable-5-1-v1 %us.anthropic.claude-fable-5-1-v1
11/55 1000000 anthropic.claude-fable-5 claude-fable-5 ^anthropic.claude-fable-5-v1 ^claude-fable-5-v1 %us.anthropic.claude-fable-5-v1 %au.anthropic.claude-fable-5-v1 %eu.anthropic.claude-fable-5-v1 %jp.anthropic.claude-fable-5-v1
1.1/5.5 200000 ^anthropic.claude-haiku-4-5-20251001 ^claude-haiku-4-5-20251001 %us.anthropic.claude-haiku-4-5-20251001 %au.anthropic.claude-haiku-4-5-20251001 %apac.anthropic.claude-haiku-4-5-20251001 %eu.anthropic.claude-haiku-4-5-20251001 %us-gov.anthropic.claude-haiku-4-5-20251001 %jp.anthropic.claude-haiku-4-5-20251001
15/75 200000 ^anthropic.claude-opus-4-1-20250805 ^claude-opus-4-1-20250805 %us.anthropic.claude-opus-4-1-20250805 %au.anthropic.claude-opus-4-1-20250805 %apac.anthropic.claude-opus-4-1-20250805 %eu.anthropic.claude-opus-4-1-20250805 %us-gov.anthropic.claude-opus-4-1-20250805 %jp.anthropic.claude-opus-4-1-20250805
15/75 200000 ^anthropic.claude-opus-4-20250514 ^claude-opus-4-20250514 %us.anthropic.claude-opus-4-20250514 %au.anthropic.claude-opus-4-20250514 %apac.anthropic.claude-opus-4-20250514 %eu.anthropic.claude-opus-4-20250514 %us-gov.anthropic.claude-opus-4-20250514 %jp.anthropic.claude-opus-4-20250514
5.5/27.5 200000 ^anthropic.claude-opus-4-5 ^claude-opus-4-5 %us.anthropic.claude-opus-4-5 %au.anthropic.claude-opus-4-5 %apac.anthropic.claude-opus-4-5 %eu.anthropic.claude-opus-4-5 %us-gov.anthropic.claude-opus-4-5 %jp.anthropic.claude-opus-4-5
5.5/27.5 1000000 ^anthropic.claude-opus-4-6 ^claude-opus-4-6 %us.anthropic.claude-opus-4-6 %au.anthropic.claude-opus-4-6 %apac.anthropic.claude-opus-4-6 %eu.anthropic.claude-opus-4-6 %us-gov.anthropic.claude-opus-4-6 %jp.anthropic.claude-opus-4-6
5.5/27.5 1000000 ^anthropic.claude-opus-4-7 ^claude-opus-4-7 %us.anthropic.claude-opus-4-7 %au.anthropic.claude-opus-4-7 %apac.anthropic.claude-opus-4-7 %eu.anthropic.claude-opus-4-7 %us-gov.anthropic.claude-opus-4-7 %jp.anthropic.claude-opus-4-7
5.5/27.5 1000000 ^anthropic.claude-opus-4-8 ^claude-opus-4-8 %us.anthropic.claude-opus-4-8 %au.anthropic.claude-opus-4-8 %eu.anthropic.claude-opus-4-8 %jp.anthropic.claude-opus-4-8
5.5/27.5 1000000 anthropic.claude-opus-5 claude-opus-5 ^anthropic.claude-opus-5-v1 ^claude-opus-5-v1 us.anthropic.claude-opus-5 au.anthropic.claude-opus-5 eu.anthropic.claude-opus-5 jp.anthropic.claude-opus-5 %us.anthropic.claude-opus-5-v1 %au.anthropic.claude-opus-5-v1 %eu.anthropic.claude-opus-5-v1 %jp.anthropic.claude-opus-5-v1
4.4/22 1000000 anthropic.claude-opus-5-5 claude-opus-5-5 ^anthropic.claude-opus-5-5-v1 ^claude-opus-5-5-v1 us.anthropic.claude-opus-5-5 au.anthropic.claude-opus-5-5 eu.anthropic.claude-opus-5-5 jp.anthropic.claude-opus-5-5 %us.anthropic.claude-opus-5-5-v1 %au.anthropic.claude-opus-5-5-v1 %eu.anthropic.claude-opus-5-5-v1 %jp.anthropic.claude-opus-5-5-v1
3/15 200000 ^anthropic.claude-sonnet-4-20250514 ^claude-sonnet-4-20250514 %us.anthropic.claude-sonnet-4-20250514 %au.anthropic.claude-sonnet-4-20250514 %apac.anthropic.claude-sonnet-4-20250514 %eu.anthropic.claude-sonnet-4-20250514 %us-gov.anthropic.claude-sonnet-4-20250514 %jp.anthropic.claude-sonnet-4-20250514
3.3/16.5 200000 ^anthropic.claude-sonnet-4-5-20250929 ^claude-sonnet-4-5-20250929 %us.anthropic.claude-sonnet-4-5-20250929 %au.anthropic.claude-sonnet-4-5-20250929 %apac.anthropic.claude-sonnet-4-5-20250929 %eu.anthropic.claude-sonnet-4-5-20250929 %us-gov.anthropic.claude-sonnet-4-5-20250929 %jp.anthropic.claude-sonnet-4-5-20250929
3.3/16.5 1000000 ^anthropic.claude-sonnet-4-6 ^claude-sonnet-4-6 %us.anthropic.claude-sonnet-4-6 %au.anthropic.claude-sonnet-4-6 %apac.anthropic.claude-sonnet-4-6 %eu.anthropic.claude-sonnet-4-6 %us-gov.anthropic.claude-sonnet-4-6 %jp.anthropic.claude-sonnet-4-6
2.2/11 1000000 ^anthropic.claude-sonnet-5 ^claude-sonnet-5 %us.anthropic.claude-sonnet-5 %au.anthropic.claude-sonnet-5 %apac.anthropic.claude-sonnet-5 %eu.anthropic.claude-sonnet-5 %us-gov.anthropic.claude-sonnet-5 %jp.anthropic.claude-sonnet-5
1.1/6.6,2026-07-30=0.22/1.32 1000000 ^openai.gpt-5.6-luna ^gpt-5.6-luna %us.openai.gpt-5.6-luna %in.openai.gpt-5.6-luna
5.5/33,2026-08-21=4.4/22 1000000 ^openai.gpt-5.6-sol ^gpt-5.6-sol %us.openai.gpt-5.6-sol
2.75/16.5,2026-07-30=2.2/13.2 1000000 ^openai.gpt-5.6-terra ^gpt-5.6-terra %us.openai.gpt-5.6-terra %in.openai.gpt-5.6-terra
2.5/10 128000 %writer.palmyra-x4
0.6/6 128000 %writer.palmyra-x5
@ azure,openai,anthropic,deepseek,x-ai,moonshotai (https?://)?([^.]*\.)?(?:openai\.azure\.com|azure-api\.net|cognitiveservices\.azure\.com|services\.ai\.azure\.com)
- - ada text-embedding-ada text-embedding-ada-002 text-embedding-ada-002-v2
- - babbage babbage-002
- - curie text-curie text-curie-001
- - davinci davinci-002 text-davinci text-davinci-002
- 163840 mai-ds-r1:free
15/60 200000 o1 o1-2024-12-17
1.1/4.4 128000 o1-mini o1-mini-2024-09-12
15/60 128000 o1-preview o1-preview-2024-09-12
2/8 200000 o3 o3-2025-04-16
1.1/4.4 200000 o3-mini o3-mini-2025-01-31
1.1/4.4 200000 %o4-mini %o4-mini-2025-04-16
1/1 131072 phi-3-medium-128k-instruct
0.1/0.1 131072 phi-3-mini-128k-instruct
0.1/0.1 131072 phi-3.5-mini-128k-instruct
0.07/0.14 16384 phi-4
0.08/0.35 131072 phi-4-mini-instruct
0.05/0.1 131072 phi-4-multimodal-instruct
0.07/0.35 32768 phi-4-reasoning-plus
- 32768 phi-4-reasoning-plus:free
- 32768 phi-4-reasoning:free
- 8192 text-embedding-3-large
- 8192 text-embedding-3-small
0.48/0.48 - wizardlm-2-8x22b
@ baseten https://inference\.baseten\.co(?:/|$)
0.13/0.26 1048000 deepseek-ai/deepseek-v4-flash-0731
1.74/3.48 1048000 deepseek-ai/deepseek-v4-pro
1.32/3.96 1048000 deepseek-ai/deepseek-v4-pro-0813
0.95/4 262000 moonshotai/kimi-k2.6
0.95/4 262000 moonshotai/kimi-k2.7-code
3/15 1048000 moonshotai/kimi-k3
0.6/2.4 202000 nvidia/nvidia-nemotron-3-ultra-550b-a55b
0.1/0.5 128000 openai/gpt-oss-120b
1/4.05 1048000 thinkingmachines/inkling
0.5/1.2 1048000 thinkingmachines/inkling-small
0.6/2.2 200000 zai-org/glm-4.7
1.4/4.4 1048000 zai-org/glm-5.2
2.1/6.6 1048000 zai-org/glm-5.2-fast
1.4/4.4 1048000 zai-org/glm-5.3
0.15/0.5 1048000 zai-org/glm-5.3-flash
@ cerebras https://api\.cerebras\.ai
0.99/1.49 131072 gemma-4-31b ^cerebras/gemma-4-31b ^cerebras:gemma-4-31b
0.35/0.75 131072 gpt-oss-120b ^cerebras/gpt-oss-120b ^cerebras:gpt-oss-120b
0.85/1.2 128000 llama-3.3-70b ^cerebras/llama-3.3-70b ^cerebras:llama-3.3-70b
0.1/0.1 32768 llama3.1-8b ^cerebras/llama3.1-8b ^cerebras:llama3.1-8b
0.4/0.8 131072 qwen-3-32b ^cerebras/qwen-3-32b ^cerebras:qwen-3-32b
- - qwen-3-coder-480b
2.25/2.75 131072 zai-glm-4.7 ^cerebras/zai-glm-4.7 ^cerebras:zai-glm-4.7
@ cloudflare https://api\.cloudflare\.com/client/v4/accounts/[^/]+/ai(?:/|$)
0.342/0.342 - @cf/ai4bharat/indictrans2-en-indic-1b
0.351/0.555 - @cf/aisingapore/gemma-sea-lion-v4-27b-it
- - @cf/baai/bge-base-en-v1.5
- - @cf/baai/bge-large-en-v1.5
- - @cf/baai/bge-m3
- - @cf/baai/bge-reranker-base
- - @cf/baai/bge-small-en-v1.5
0.497/4.881 - @cf/deepseek-ai/deepseek-r1-distill-qwen-32b
0.44/1.32 - @cf/deepseek-ai/deepseek-v4-flash-0731
1.32/3.96 - @cf/deepseek-ai/deepseek-v4-pro-0813
0.345/0.556 - @cf/google/gemma-3-12b-it
0.1/0.3 256000 @cf/google/gemma-4-26b-a4b-it
- - @cf/huggingface/distilbert-sst-2-int8
0.017/0.112 - @cf/ibm-granite/granite-4.0-h-micro
0.556/6.667 - @cf/meta/llama-2-7b-chat-fp16
0.282/0.827 - @cf/meta/llama-3-8b-instruct
0.123/0.266 - @cf/meta/llama-3-8b-instruct-awq
0.293/2.253 - @cf/meta/llama-3.1-70b-instruct-fp8-fast
0.282/0.827 - @cf/meta/llama-3.1-8b-instruct
0.123/0.266 - @cf/meta/llama-3.1-8b-instruct-awq
0.152/0.287 - @cf/meta/llama-3.1-8b-instruct-fp8
0.045/0.384 - @cf/meta/llama-3.1-8b-instruct-fp8-fast @cf/meta/llama-3.1-8b-instruct-fast
0.049/0.676 - @cf/meta/llama-3.2-11b-vision-instruct
0.027/0.201 - @cf/meta/llama-3.2-1b-instruct
0.051/0.335 - @cf/meta/llama-3.2-3b-instruct
0.293/2.253 24000 @cf/meta/llama-3.3-70b-instruct-fp8-fast
0.27/0.85 - @cf/meta/llama-4-scout-17b-16e-instruct
0.484/0.03 - @cf/meta/llama-guard-3-8b
0.342/0.342 - @cf/meta/m2m100-1.2b
0.11/0.19 - @cf/mistral/mistral-7b-instruct-v0.1
0.351/0.555 - @cf/mistralai/mistral-small-3.1-24b-instruct
0.3/1 - @cf/moondream/moondream3.1-9b-a2b
0.6/3 - @cf/moonshotai/kimi-k2.5
0.95/4 - @cf/moonshotai/kimi-k2.6
0.95/4 - @cf/moonshotai/kimi-k2.7-code
0.5/1.5 - @cf/nvidia/nemotron-3-120b-a12b
0.35/0.75 128000 @cf/openai/gpt-oss-120b
0.2/0.3 128000 @cf/openai/gpt-oss-20b
- - @cf/pfnet/plamo-embedding-1b
0.66/1 - @cf/qwen/qwen2.5-coder-32b-instruct
0.051/0.335 - @cf/qwen/qwen3-30b-a3b-fp8
- - @cf/qwen/qwen3-embedding-0.6b
0.45/3.2 262144 @cf/qwen/qwen3.8-27b
0.66/1 - @cf/qwen/qwq-32b
0.06/0.4 131072 @cf/zai-org/glm-4.7-flash
1.4/4.4 - @cf/zai-org/glm-5.2
0.15/0.5 - @cf/zai-org/glm-5.3-flash
@ cohere https://api\.cohere\.(?:ai|com)
0.5/1.5 128000 %aya-expanse-32b
0.5/1.5 8192 %aya-expanse-8b
1/2 - command
2.5/10 - command-a command-a-03-2025
0.3/0.6 4096 ^command-light
0.15/0.6 - command-r command-r-08-2024
2.5/10 - command-r-plus command-r-plus-08-2024
0.0375/0.15 - command-r7b command-r7b-12-2024
- 128000 embed-v4.0
@ cursor https://api\.cursor\.com
0.5/2.5 200000 composer-2.5 /^composer-2\.5\[fast=false\]$
3/15 200000 composer-2.5-fast /^composer-2\.5\[fast=true\]$
2/6 256000 grok-4.5 /^grok-4\.5\[fast=false\]$
4/18 256000 grok-4.5-fast /^grok-4\.5\[fast=true\]$
2/6 256000 grok-4.6 /^grok-4\.6\[fast=false\]$
4/12 256000 grok-4.6-fast /^grok-4\.6\[fast=true\]$
@ deepseek https://api\.deepseek\.com
0.27/1.1 64000 ^deepseek-chat deepseek-chat-v3-0324
0.55/2.19 64000 deepseek-reasoner ^deepseek-r1 deepseek-r1-0528
0.27/0.95 128000 deepseek-v3.1-terminus
0.2288/0.3432 128000 deepseek-v3.2
0.27/0.41 128000 deepseek-v3.2-exp
0.44/1.32,2026-08-17=0.44/1.32 1000000 ^deepseek-v4-flash
1.32/3.96,2026-08-17=1.32/3.96 1000000 ^deepseek-v4-pro
@ doubleword https://api\.doubleword\.ai
0.05/0.6 - qwen/qwen3-14b-fp8
- - qwen/qwen3-embedding-8b
0.6/1.2 - qwen/qwen3-vl-235b-a22b-instruct-fp8
0.16/0.8 - qwen/qwen3-vl-30b-a3b-instruct-fp8
0.25/2 - qwen/qwen3.5-35b-a3b-fp8
0.6/3.6 - qwen/qwen3.5-397b-a17b
0.08/0.7 - qwen/qwen3.5-9b
0.25/2 - qwen/qwen3.6-35b-a3b-fp8
0.45/3 262144 qwen/qwen3.8-27b-fp8
0.14/0.28 - deepseek-ai/deepseek-v4-flash
0.09/0.18 - deepseek-ai/deepseek-v4-flash-0731
1.74/3.48 - deepseek-ai/deepseek-v4-pro
0.15/0.6 - deepseek-ai/deepseek-v4.1-flash
0.14/0.4 - google/gemma-4-31b-it
0.4/2 - mistralai/devstral-2-123b-instruct-2512
0.95/4 - moonshotai/kimi-k2.6
3/15 1048576 moonshotai/kimi-k3
0.3/0.75 - nvidia/nvidia-nemotron-3-super-120b-a12b-nvfp4
0.04/0.3 - openai/gpt-oss-20b
1.4/4.4 - zai-org/glm-5.1-fp8
0.93/3 1048576 zai-org/glm-5.2-fp8
@ fireworks https://api\.fireworks\.ai
3/8 160000 accounts/fireworks/models/deepseek-r1-0528
0.9/0.9 160000 accounts/fireworks/models/deepseek-v3-0324
0.56/1.68 163840 accounts/fireworks/models/deepseek-v3p2
0.14/0.28 1040000 accounts/fireworks/models/deepseek-v4-flash accounts/fireworks/models/deepseek-v4-flash-0731
1.74/3.48 1048576 accounts/fireworks/models/deepseek-v4-pro
0.1/0.1 131000 accounts/fireworks/models/gemma-3-27b-it
0.6/2.2 202752 accounts/fireworks/models/glm-4p7
1.4/4.4 - accounts/fireworks/models/glm-5p1
2.8/8.8 - accounts/fireworks/routers/glm-5p1-fast
1.4/4.4 1040000 accounts/fireworks/models/glm-5p2
2.1/6.6 1040000 accounts/fireworks/routers/glm-5p2-fast accounts/fireworks/routers/glm-5p2-fast-us
0.15/0.6 131072 accounts/fireworks/models/gpt-oss-120b
0.07/0.3 131072 accounts/fireworks/models/gpt-oss-20b
1/4.05 1040000 accounts/fireworks/models/inkling
0.6/3 262144 accounts/fireworks/models/kimi-k2p5
0.95/4 - accounts/fireworks/models/kimi-k2p6
2/8 262144 accounts/fireworks/routers/kimi-k2p6-fast
0.95/4 262144 accounts/fireworks/models/kimi-k2p7-code
1.9/8 262144 accounts/fireworks/routers/kimi-k2p7-code-fast
3/15 1040000 accounts/fireworks/models/kimi-k3
4.5/22.5 1040000 accounts/fireworks/routers/kimi-k3-fast
3.3/16.5 1040000 accounts/fireworks/routers/kimi-k3-us
0.2/0.2 131000 accounts/fireworks/models/llama-v3p1-8b-instruct
0.22/0.88 1000000 accounts/fireworks/models/llama4-maverick-instruct-basic
0.3/1.2 204800 accounts/fireworks/models/minimax-m2p1
0.3/1.2 - accounts/fireworks/models/minimax-m2p7
0.3/1.2 524288 accounts/fireworks/models/minimax-m3
0.6/2.4 262000 accounts/fireworks/models/nemotron-3-ultra-nvfp4
0.9/0.9 128000 accounts/fireworks/models/qwen2p5-vl-72b-instruct
0.22/0.88 128000 accounts/fireworks/models/qwen3-235b-a22b
0.5/3 - accounts/fireworks/models/qwen3p6-plus
0.4/1.6 262144 accounts/fireworks/models/qwen3p7-plus
@ github-copilot https://api\.githubcopilot\.com
10/50 264000 claude-fable-5
10/50 264000 claude-fable-5.1
1/5 144000 claude-haiku-4.5
5/25 264000 claude-opus-4.7
5/25 264000 claude-opus-4.8
10/50 264000 claude-opus-4.8-fast
5/25 264000 claude-opus-5
2/10 264000 claude-sonnet-5
1.5/9 264000 gemini-3.5-flash
0.75/3.75 264000 gemini-3.6-flash
0.75/3.75 264000 gemini-3.7-flash
0.75/3.75 265536 gemini-3.8-flash
- 16384 gpt-3.5-turbo gpt-3.5-turbo-0613
- 128000 gpt-4.1 gpt-4.1-2025-04-14
- 128000 gpt-4o gpt-4o-2024-05-13 gpt-4o-2024-08-06 gpt-4o-2024-11-20 gpt-4-o-preview
- 128000 gpt-4o-mini gpt-4o-mini-2024-07-18
0.25/2 264000 gpt-5-mini /^gpt-5-mini-\d{4}-\d{2}-\d{2}$
1.75/14 400000 gpt-5.3-codex /^gpt-5\.3-codex-\d{4}-\d{2}-\d{2}$
2.5/15 400000 gpt-5.4 /^gpt-5\.4-\d{4}-\d{2}-\d{2}$
0.75/4.5 400000 gpt-5.4-mini /^gpt-5\.4-mini-\d{4}-\d{2}-\d{2}$
5/30 400000 gpt-5.5 /^gpt-5\.5-\d{4}-\d{2}-\d{2}$
0.2/1.2 328000 gpt-5.6-luna /^gpt-5\.6-luna-\d{4}-\d{2}-\d{2}$
4/20 400000 gpt-5.6-sol /^gpt-5\.6-sol-\d{4}-\d{2}-\d{2}$
2/12 400000 gpt-5.6-terra /^gpt-5\.6-terra-\d{4}-\d{2}-\d{2}$
2/6 328000 grok-4.5
2/6 328000 grok-4.6
0.95/4 256000 kimi-k2.7-code
3/15 1048576 kimi-k3
0.75/4.5 256000 mai-code-1-flash-picker
0.2/1.2 256000 mai-code-1.1-flash
@ google,anthropic https://(.*\.)?googleapis\.com
0.8/4 200000 %claude-3-5-haiku
3/15 200000 %claude-3-5-sonnet
3/15 200000 %claude-3-7-sonnet
0.25/1.25 200000 %claude-3-haiku
15/75 200000 %claude-3-opus
15/75 200000 %claude-4-opus %claude-opus-4@ %claude-opus-4-0 %claude-opus-4-1 claude-opus-4
3/15 200000 %claude-4-sonnet %claude-sonnet-4-0 %claude-sonnet-4@ %claude-sonnet-4-2025 claude-sonnet-4 anthropic/claude-sonnet-4
10/50 1000000 $claude-fable-5 %claude-fable-5@
10/50 1000000 $claude-fable-5-1 %claude-fable-5-1@
5/25 1000000 %claude-4-6-opus %claude-opus-4-6 %claude-4.6-opus %claude-opus-4.6
5/25 1000000 %claude-4-7-opus %claude-opus-4-7 %claude-4.7-opus %claude-opus-4.7
5/25 1000000 %claude-4-8-opus %claude-opus-4-8 %claude-4.8-opus %claude-opus-4.8
5/25 1000000 %claude-5-opus $claude-opus-5 %claude-opus-5@ %claude-5.0-opus %claude-opus-5.0
4/20 1000000 %claude-5-5-opus $claude-opus-5-5 %claude-opus-5-5@ %claude-5.5-opus %claude-opus-5.5
3/15 200000 %claude-sonnet-4-5 %claude-sonnet-4.5
3/15 1000000 %claude-sonnet-4-6 %claude-sonnet-4.6
0.125/0.375 32768 gemini-1.0-pro-vision-001
0.075/0.3 1000000 %gemini-1.5-flash
1.25/5 1000000 %gemini-1.5-pro
0.1/0.4 1000000 $gemini-2.0-flash %gemini-2.0-flash-0 %gemini-2.0-flash-exp %gemini-2.0-flash-thinking %gemini-2.0-flash-latest
0.075/0.3 1000000 %gemini-2.0-flash-lite
0.3/2.5 1048576 gemini-2.5-flash gemini-2.5-flash-latest gemini-2.5-flash-preview-09-2025
0.3/2.5 1000000 gemini-2.5-flash-image gemini-2.5-flash-image-preview
0.1/0.4 1000000 gemini-2.5-flash-lite ^gemini-2.5-flash-lite-preview&/^(?!.*-[tT][tT][sS](?:$|-))
0.5/10 8192 gemini-2.5-flash-lite-preview-tts
0.15/0.6 - %gemini-2.5-flash-preview-05-20 %gemini-2.5-flash-preview-04-17 gemini-2.5-flash-preview-05-20:thinking gemini-2.5-flash-preview gemini-2.5-flash-preview:thinking
0.5/10 8192 gemini-2.5-flash-tts gemini-2.5-flash-preview-tts
1.25/10 - ^gemini-2.5-pro&/^(?!.*-[tT][tT][sS](?:$|-))
1/20 8192 gemini-2.5-pro-tts gemini-2.5-pro-preview-tts
0.5/3 1000000 gemini-3-flash-preview ^gemini-3-flash-preview-
2/12 1000000 gemini-3-pro-image ^gemini-3-pro-image-preview
2/12 - ^gemini-3-pro-preview gemini-3-pro-text-preview
0.5/3 1000000 gemini-3.1-flash-image ^gemini-3.1-flash-image-preview
0.25/1.5 1000000 gemini-3.1-flash-lite ^gemini-3.1-flash-lite-preview
0.25/1.5 - ^gemini-3.1-flash-lite-image
0.75/4.5 - ^gemini-3.1-flash-live-preview
2/12 - ^gemini-3.1-pro-preview
1.5/9 1000000 gemini-3.5-flash ^gemini-3.5-flash-preview /^gemini-3\.5-flash-\d
0.3/2.5 1000000 ^gemini-3.5-flash-lite
0.75/3.75,2027-01-01=1.5/7.5 1000000 ^gemini-3.6-flash
0.75/3.75,2027-01-01=1.5/7.5 1000000 ^gemini-3.7-flash
0.75/3.75,2027-01-01=1.5/7.5 1000000 ^gemini-3.8-flash
- - gemini-embedding-001
- 8192 gemini-embedding-2
0.075/0.3 - gemini-flash-1.5
0.0375/0.15 1000000 gemini-flash-1.5-8b
0.5/2 - ^gemini-live-2.5-flash ^gemini-2.5-flash-native-audio-preview gemini-2.5-flash-native-audio-latest
1.5/9 - ^gemini-omni-flash-preview
0.125/0.375 32768 gemini-pro gemini-1.0-pro
1.25/5 2000000 gemini-pro-1.5
0.65/0.65 - gemma-2-27b-it
- - ^gemma-3- gemma-3
- - ^gemma-3n
- 262144 gemma-4-26b-a4b-it
0.15/0.6 262144 gemma-4-26b-a4b-it-maas
- 262144 gemma-4-31b-it
@ groq https://api\.groq\.com
0.75/0.99 131072 deepseek-r1-distill-llama-70b
0.07/0.07 - gemma-7b-it
0.2/0.2 - gemma2-9b-it gemma2-9b
0.59/0.79 - llama-3.1-405b-reasoning
0.59/0.79 - llama-3.1-70b-versatile
0.05/0.08 - llama-3.1-8b-instant
0.18/0.18 - llama-3.2-11b-text-preview
0.18/0.18 - llama-3.2-11b-vision-preview
0.04/0.04 - llama-3.2-1b-preview
0.06/0.06 - llama-3.2-3b-preview
0.9/0.9 - llama-3.2-90b-text-preview
0.9/0.9 - llama-3.2-90b-vision-preview
0.59/0.99 - llama-3.3-70b-specdec
0.59/0.79 - llama-3.3-70b-versatile
0.2/0.2 - llama-guard-3-8b
0.7/0.8 - llama2-70b-4096
0.59/0.79 - llama3-70b-8192
0.05/0.08 - llama3-8b-8192
0.89/0.89 - llama3-groq-70b-8192-tool-use-preview
0.19/0.19 - llama3-groq-8b-8192-tool-use-preview
0.2/0.6 131072 meta-llama/llama-4-maverick-17b-128e-instruct
0.11/0.34 - meta-llama/llama-4-scout-17b-16e-instruct
0.2/0.2 131072 meta-llama/llama-guard-4-12b
0.79/0.79 - mistral-saba-24b
0.24/0.24 - mixtral-8x7b-32768
1/3 131072 moonshotai/kimi-k2-instruct moonshotai/kimi-k2-instruct-0905
0.15/0.6 131072 openai/gpt-oss-120b openai/gpt-oss-safeguard-20b
0.075/0.3 131072 openai/gpt-oss-20b
0.29/0.59 131072 qwen/qwen3-32b
- - whisper-large-v3
- - whisper-large-v3-turbo
@ huggingface_cerebras https://router\.huggingface\.co/cerebras
0.1/0.1 - meta-llama/llama-3.1-8b-instruct meta-llama/llama-3.1-8b-instruct-fast
@ huggingface_fireworks-ai https://router\.huggingface\.co/fireworks-ai
0.9/0.9 131072 meta-llama/llama-3.3-70b-instruct meta-llama/llama-3.3-70b-instruct-fast
0.15/0.6 131072 openai/gpt-oss-120b openai/gpt-oss-120b-fast
0.05/0.2 131072 openai/gpt-oss-20b openai/gpt-oss-20b-fast
@ huggingface_groq https://router\.huggingface\.co/groq
0.29/0.59 131072 qwen/qwen3-32b qwen/qwen3-32b-fast
0.59/0.79 131072 meta-llama/llama-3.3-70b-instruct meta-llama/llama-3.3-70b-instruct-fast
0.11/0.34 131072 meta-llama/llama-4-scout-17b-16e-instruct meta-llama/llama-4-scout-17b-16e-instruct-fast
0.15/0.75 131072 openai/gpt-oss-120b openai/gpt-oss-120b-fast
0.1/0.5 131072 openai/gpt-oss-20b openai/gpt-oss-20b-fast
@ huggingface_hyperbolic https://router\.huggingface\.co/hyperbolic
0.6/0.6 32768 qwen/qwen2.5-vl-72b-instruct qwen/qwen2.5-vl-72b-instruct-fast
0.2/0.2 32768 qwen/qwen2.5-vl-7b-instruct qwen/qwen2.5-vl-7b-instruct-fast
2/2 262144 qwen/qwen3-235b-a22b-instruct-2507 qwen/qwen3-235b-a22b-instruct-2507-fast
2/2 262144 qwen/qwen3-coder-480b-a35b-instruct qwen/qwen3-coder-480b-a35b-instruct-fast
0.3/0.3 262144 qwen/qwen3-next-80b-a3b-instruct qwen/qwen3-next-80b-a3b-instruct-fast
0.3/0.3 262144 qwen/qwen3-next-80b-a3b-thinking qwen/qwen3-next-80b-a3b-thinking-fast
2/2 163840 deepseek-ai/deepseek-r1 deepseek-ai/deepseek-r1-fast
3/3 163840 deepseek-ai/deepseek-r1-0528 deepseek-ai/deepseek-r1-0528-fast
1.25/1.25 163840 deepseek-ai/deepseek-v3-0324 deepseek-ai/deepseek-v3-0324-fast
0.4/0.4 131072 meta-llama/llama-3.3-70b-instruct meta-llama/llama-3.3-70b-instruct-fast
0.3/0.3 131072 openai/gpt-oss-120b openai/gpt-oss-120b-fast
0.1/0.1 131072 openai/gpt-oss-20b openai/gpt-oss-20b-fast
@ huggingface_nebius https://router\.huggingface\.co/nebius
1/3 131072 nousresearch/hermes-4-405b nousresearch/hermes-4-405b-fast
0.13/0.4 131072 nousresearch/hermes-4-70b nousresearch/hermes-4-70b-fast
0.2/1.1 131072 primeintellect/intellect-3-fp8 primeintellect/intellect-3-fp8-fast
0.03/0.09 32768 qwen/qwen2.5-coder-7b qwen/qwen2.5-coder-7b-fast
0.25/0.75 32000 qwen/qwen2.5-vl-72b-instruct qwen/qwen2.5-vl-72b-instruct-fast
0.2/0.6 262144 qwen/qwen3-235b-a22b-instruct-2507 qwen/qwen3-235b-a22b-instruct-2507-fast
0.2/0.8 262144 qwen/qwen3-235b-a22b-thinking-2507 qwen/qwen3-235b-a22b-thinking-2507-fast
0.1/0.3 262144 qwen/qwen3-30b-a3b-instruct-2507 qwen/qwen3-30b-a3b-instruct-2507-fast
0.1/0.3 262144 qwen/qwen3-30b-a3b-thinking-2507 qwen/qwen3-30b-a3b-thinking-2507-fast
0.1/0.3 40960 qwen/qwen3-32b qwen/qwen3-32b-fast
0.1/0.3 262144 qwen/qwen3-coder-30b-a3b-instruct qwen/qwen3-coder-30b-a3b-instruct-fast
0.4/1.8 262144 qwen/qwen3-coder-480b-a35b-instruct qwen/qwen3-coder-480b-a35b-instruct-fast
0.8/2.4 163840 deepseek-ai/deepseek-r1-0528 deepseek-ai/deepseek-r1-0528-fast
0.75/2.25 32768 deepseek-ai/deepseek-v3-0324 deepseek-ai/deepseek-v3-0324-fast
0.02/0.06 8192 google/gemma-2-2b-it google/gemma-2-2b-it-fast
0.03/0.09 8192 google/gemma-2-9b-it google/gemma-2-9b-it-fast
0.2/0.6 110000 google/gemma-3-27b-it google/gemma-3-27b-it-fast
0.03/0.09 131072 meta-llama/llama-3.1-8b-instruct meta-llama/llama-3.1-8b-instruct-fast
0.25/0.75 131072 meta-llama/llama-3.3-70b-instruct meta-llama/llama-3.3-70b-instruct-fast
0.5/2.4 131072 moonshotai/kimi-k2-instruct moonshotai/kimi-k2-instruct-fast
0.6/2.5 262144 moonshotai/kimi-k2-thinking moonshotai/kimi-k2-thinking-fast
0.6/1.8 131072 nvidia/llama-3_1-nemotron-ultra-253b-v1 nvidia/llama-3_1-nemotron-ultra-253b-v1-fast
0.07/0.2 131072 nvidia/nvidia-nemotron-nano-12b-v2 nvidia/nvidia-nemotron-nano-12b-v2-fast
0.15/0.6 131072 openai/gpt-oss-120b openai/gpt-oss-120b-fast
0.6/2.2 131072 zai-org/glm-4.5 zai-org/glm-4.5-fast
0.2/1.2 131072 zai-org/glm-4.5-air zai-org/glm-4.5-air-fast
@ huggingface_novita https://router\.huggingface\.co/novita
0.55/2.2 1000000 minimaxai/minimax-m1-80k minimaxai/minimax-m1-80k-fast
0.3/1.2 204800 minimaxai/minimax-m2 minimaxai/minimax-m2-fast minimaxai/minimax-m2.1 minimaxai/minimax-m2.1-fast minimaxai/minimax-m2.5 minimaxai/minimax-m2.5-fast
0.14/0.14 8192 nousresearch/hermes-2-pro-llama-3-8b nousresearch/hermes-2-pro-llama-3-8b-fast
0.38/0.4 32000 qwen/qwen2.5-72b-instruct qwen/qwen2.5-72b-instruct-fast
0.2/0.8 40960 qwen/qwen3-235b-a22b qwen/qwen3-235b-a22b-fast
0.09/0.58 131072 qwen/qwen3-235b-a22b-instruct-2507 qwen/qwen3-235b-a22b-instruct-2507-fast
0.3/3 131072 qwen/qwen3-235b-a22b-thinking-2507 qwen/qwen3-235b-a22b-thinking-2507-fast
0.09/0.45 40960 qwen/qwen3-30b-a3b qwen/qwen3-30b-a3b-fast
0.1/0.45 40960 qwen/qwen3-32b qwen/qwen3-32b-fast
0.3/1.3 262144 qwen/qwen3-coder-480b-a35b-instruct qwen/qwen3-coder-480b-a35b-instruct-fast
0.2/1.5 262144 qwen/qwen3-coder-next qwen/qwen3-coder-next-fast
0.15/1.5 131072 qwen/qwen3-next-80b-a3b-instruct qwen/qwen3-next-80b-a3b-instruct-fast
0.15/1.5 131072 qwen/qwen3-next-80b-a3b-thinking qwen/qwen3-next-80b-a3b-thinking-fast
0.3/1.5 131072 qwen/qwen3-vl-235b-a22b-instruct qwen/qwen3-vl-235b-a22b-instruct-fast
0.98/3.95 131072 qwen/qwen3-vl-235b-a22b-thinking qwen/qwen3-vl-235b-a22b-thinking-fast
0.2/0.7 131072 qwen/qwen3-vl-30b-a3b-instruct qwen/qwen3-vl-30b-a3b-instruct-fast
0.2/1 131072 qwen/qwen3-vl-30b-a3b-thinking qwen/qwen3-vl-30b-a3b-thinking-fast
0.08/0.5 131072 qwen/qwen3-vl-8b-instruct qwen/qwen3-vl-8b-instruct-fast
0.4/3.2 262144 qwen/qwen3.5-122b-a10b qwen/qwen3.5-122b-a10b-fast
0.3/2.4 262144 qwen/qwen3.5-27b qwen/qwen3.5-27b-fast
0.25/2 262144 qwen/qwen3.5-35b-a3b qwen/qwen3.5-35b-a3b-fast
0.6/3.6 262144 qwen/qwen3.5-397b-a17b qwen/qwen3.5-397b-a17b-fast
1.48/1.48 8192 sao10k/l3-70b-euryale-v2.1 sao10k/l3-70b-euryale-v2.1-fast
0.05/0.05 8192 sao10k/l3-8b-lunaris-v1 sao10k/l3-8b-lunaris-v1-fast
0.05/0.05 8192 sao10k/l3-8b-stheno-v3.2 sao10k/l3-8b-stheno-v3.2-fast
0.1/0.3 262144 xiaomimimo/mimo-v2-flash xiaomimimo/mimo-v2-flash-fast
0.62/0.62 65535 alpindale/wizardlm-2-8x22b alpindale/wizardlm-2-8x22b-fast
0.07/0.28 120000 baidu/ernie-4.5-21b-a3b-pt baidu/ernie-4.5-21b-a3b-pt-fast
0.28/1.1 123000 baidu/ernie-4.5-300b-a47b-base-pt baidu/ernie-4.5-300b-a47b-base-pt-fast
0.14/0.56 30000 baidu/ernie-4.5-vl-28b-a3b-pt baidu/ernie-4.5-vl-28b-a3b-pt-fast
0.42/1.25 123000 baidu/ernie-4.5-vl-424b-a47b-base-pt baidu/ernie-4.5-vl-424b-a47b-base-pt-fast
0.7/2.5 160000 deepseek-ai/deepseek-prover-v2-671b deepseek-ai/deepseek-prover-v2-671b-fast
0.7/2.5 64000 deepseek-ai/deepseek-r1 deepseek-ai/deepseek-r1-fast deepseek-ai/deepseek-r1-0528 deepseek-ai/deepseek-r1-0528-fast
0.8/0.8 8192 deepseek-ai/deepseek-r1-distill-llama-70b deepseek-ai/deepseek-r1-distill-llama-70b-fast
0.4/1.3 64000 deepseek-ai/deepseek-v3 deepseek-ai/deepseek-v3-fast
0.27/1.12 163840 deepseek-ai/deepseek-v3-0324 deepseek-ai/deepseek-v3-0324-fast
0.27/1 131072 deepseek-ai/deepseek-v3.1 deepseek-ai/deepseek-v3.1-fast deepseek-ai/deepseek-v3.1-terminus deepseek-ai/deepseek-v3.1-terminus-fast
0.269/0.4 163840 deepseek-ai/deepseek-v3.2 deepseek-ai/deepseek-v3.2-fast
0.27/0.41 163840 deepseek-ai/deepseek-v3.2-exp deepseek-ai/deepseek-v3.2-exp-fast
0.02/0.05 16384 meta-llama/llama-3.1-8b-instruct meta-llama/llama-3.1-8b-instruct-fast
0.135/0.4 131072 meta-llama/llama-3.3-70b-instruct meta-llama/llama-3.3-70b-instruct-fast
0.27/0.85 1048576 meta-llama/llama-4-maverick-17b-128e-instruct-fp8 meta-llama/llama-4-maverick-17b-128e-instruct-fp8-fast
0.18/0.59 131072 meta-llama/llama-4-scout-17b-16e-instruct meta-llama/llama-4-scout-17b-16e-instruct-fast
0.51/0.74 8192 meta-llama/meta-llama-3-70b-instruct meta-llama/meta-llama-3-70b-instruct-fast
0.04/0.04 8192 meta-llama/meta-llama-3-8b-instruct meta-llama/meta-llama-3-8b-instruct-fast
0.57/2.3 131072 moonshotai/kimi-k2-instruct moonshotai/kimi-k2-instruct-fast
0.6/2.5 262144 moonshotai/kimi-k2-instruct-0905 moonshotai/kimi-k2-instruct-0905-fast
0.6/2.5 262144 moonshotai/kimi-k2-thinking moonshotai/kimi-k2-thinking-fast
0.6/3 262144 moonshotai/kimi-k2.5 moonshotai/kimi-k2.5-fast
0.05/0.25 131072 openai/gpt-oss-120b openai/gpt-oss-120b-fast
0.04/0.15 131072 openai/gpt-oss-20b openai/gpt-oss-20b-fast
0.035/0.138 65536 zai-org/autoglm-phone-9b-multilingual zai-org/autoglm-phone-9b-multilingual-fast
0.55/1.66 32000 zai-org/glm-4-32b-0414 zai-org/glm-4-32b-0414-fast
0.6/2.2 131072 zai-org/glm-4.5 zai-org/glm-4.5-fast
0.13/0.85 131072 zai-org/glm-4.5-air zai-org/glm-4.5-air-fast
0.6/1.8 65536 zai-org/glm-4.5v zai-org/glm-4.5v-fast
0.55/2.2 204800 zai-org/glm-4.6 zai-org/glm-4.6-fast
0.3/0.9 131072 zai-org/glm-4.6v-flash zai-org/glm-4.6v-flash-fast
0.6/2.2 204800 zai-org/glm-4.7 zai-org/glm-4.7-fast
0.07/0.4 200000 zai-org/glm-4.7-flash zai-org/glm-4.7-flash-fast
1/3.2 202800 zai-org/glm-5 zai-org/glm-5-fast
@ huggingface_nscale https://router\.huggingface\.co/nscale
0.18/0.2 131072 qwen/qwq-32b qwen/qwq-32b-fast
0.06/0.2 131072 qwen/qwen2.5-coder-32b-instruct qwen/qwen2.5-coder-32b-instruct-fast
0.01/0.03 32768 qwen/qwen2.5-coder-3b-instruct qwen/qwen2.5-coder-3b-instruct-fast
0.01/0.03 131072 qwen/qwen2.5-coder-7b-instruct qwen/qwen2.5-coder-7b-instruct-fast
0.07/0.2 40960 qwen/qwen3-14b qwen/qwen3-14b-fast
0.2/0.6 32000 qwen/qwen3-235b-a22b qwen/qwen3-235b-a22b-fast qwen/qwen3-235b-a22b-instruct-2507 qwen/qwen3-235b-a22b-instruct-2507-fast
0.08/0.25 40960 qwen/qwen3-32b qwen/qwen3-32b-fast
0.01/0.03 262144 qwen/qwen3-4b-instruct-2507 qwen/qwen3-4b-instruct-2507-fast
0.01/0.03 262144 qwen/qwen3-4b-thinking-2507 qwen/qwen3-4b-thinking-2507-fast
0.07/0.18 40960 qwen/qwen3-8b qwen/qwen3-8b-fast
0.75/0.75 131072 deepseek-ai/deepseek-r1-distill-llama-70b deepseek-ai/deepseek-r1-distill-llama-70b-fast
0.05/0.05 131072 deepseek-ai/deepseek-r1-distill-llama-8b deepseek-ai/deepseek-r1-distill-llama-8b-fast
0.1/0.1 131072 deepseek-ai/deepseek-r1-distill-qwen-1.5b deepseek-ai/deepseek-r1-distill-qwen-1.5b-fast
0.3/0.3 131072 deepseek-ai/deepseek-r1-distill-qwen-32b deepseek-ai/deepseek-r1-distill-qwen-32b-fast
0.15/0.15 131072 deepseek-ai/deepseek-r1-distill-qwen-7b deepseek-ai/deepseek-r1-distill-qwen-7b-fast
0.06/0.06 131072 meta-llama/llama-3.1-8b-instruct meta-llama/llama-3.1-8b-instruct-fast
0.4/0.4 131072 meta-llama/llama-3.3-70b-instruct meta-llama/llama-3.3-70b-instruct-fast
0.09/0.29 890000 meta-llama/llama-4-scout-17b-16e-instruct meta-llama/llama-4-scout-17b-16e-instruct-fast
0.1/0.4 131072 openai/gpt-oss-120b openai/gpt-oss-120b-fast
0.05/0.2 131072 openai/gpt-oss-20b openai/gpt-oss-20b-fast
@ huggingface_ovhcloud https://router\.huggingface\.co/ovhcloud
1.01/1.01 32768 qwen/qwen2.5-vl-72b-instruct qwen/qwen2.5-vl-72b-instruct-fast
0.09/0.25 32768 qwen/qwen3-32b qwen/qwen3-32b-fast
0.07/0.26 262144 qwen/qwen3-coder-30b-a3b-instruct qwen/qwen3-coder-30b-a3b-instruct-fast
0.11/0.11 131072 meta-llama/llama-3.1-8b-instruct meta-llama/llama-3.1-8b-instruct-fast
0.74/0.74 131072 meta-llama/llama-3.3-70b-instruct meta-llama/llama-3.3-70b-instruct-fast
0.09/0.47 131072 openai/gpt-oss-120b openai/gpt-oss-120b-fast
0.05/0.18 131072 openai/gpt-oss-20b openai/gpt-oss-20b-fast
@ huggingface_publicai https://router\.huggingface\.co/publicai
0.2/0.4 - aisingapore/gemma-sea-lion-v4-27b-it aisingapore/gemma-sea-lion-v4-27b-it-fast
0.25/0.5 - aisingapore/qwen-sea-lion-v4-32b-it aisingapore/qwen-sea-lion-v4-32b-it-fast
0.1/0.2 - allenai/olmo-3-7b-instruct allenai/olmo-3-7b-instruct-fast
0.2/0.6 - allenai/olmo-3.1-32b-instruct allenai/olmo-3.1-32b-instruct-fast
0.2/0.4 - dicta-il/dictalm-3.0-24b-thinking dicta-il/dictalm-3.0-24b-thinking-fast
0.82/2.92 - swiss-ai/apertus-70b-instruct-2509 swiss-ai/apertus-70b-instruct-2509-fast
0.1/0.2 - swiss-ai/apertus-8b-instruct-2509 swiss-ai/apertus-8b-instruct-2509-fast
0.1/0.2 - utter-project/eurollm-22b-instruct-2512 utter-project/eurollm-22b-instruct-2512-fast
@ huggingface_sambanova https://router\.huggingface\.co/sambanova
0.4/0.8 32768 qwen/qwen3-32b qwen/qwen3-32b-fast
5/7 131072 deepseek-ai/deepseek-r1-0528 deepseek-ai/deepseek-r1-0528-fast
0.7/1.4 131072 deepseek-ai/deepseek-r1-distill-llama-70b deepseek-ai/deepseek-r1-distill-llama-70b-fast
3/4.5 131072 deepseek-ai/deepseek-v3-0324 deepseek-ai/deepseek-v3-0324-fast
0.1/0.2 16384 meta-llama/llama-3.1-8b-instruct meta-llama/llama-3.1-8b-instruct-fast
0.6/1.2 131072 meta-llama/llama-3.3-70b-instruct meta-llama/llama-3.3-70b-instruct-fast
0.22/0.59 131072 openai/gpt-oss-120b openai/gpt-oss-120b-fast
0.6/1.2 131072 tokyotech-llm/llama-3.3-swallow-70b-instruct-v0.4 tokyotech-llm/llama-3.3-swallow-70b-instruct-v0.4-fast
@ huggingface_together https://router\.huggingface\.co/together
0.15/0.15 32768 essentialai/rnj-1-instruct essentialai/rnj-1-instruct-fast
0.3/0.3 32768 qwen/qwen2.5-7b-instruct qwen/qwen2.5-7b-instruct-fast
0.2/0.6 262144 qwen/qwen3-235b-a22b-instruct-2507 qwen/qwen3-235b-a22b-instruct-2507-fast
2/2 262144 qwen/qwen3-coder-480b-a35b-instruct qwen/qwen3-coder-480b-a35b-instruct-fast qwen/qwen3-coder-480b-a35b-instruct-fp8 qwen/qwen3-coder-480b-a35b-instruct-fp8-fast
0.5/1.2 262144 qwen/qwen3-coder-next-fp8 qwen/qwen3-coder-next-fp8-fast
0.15/1.5 262144 qwen/qwen3-next-80b-a3b-instruct qwen/qwen3-next-80b-a3b-instruct-fast
0.18000000000000002/0.68 262144 qwen/qwen3-vl-8b-instruct qwen/qwen3-vl-8b-instruct-fast
0.6/3.6 262144 qwen/qwen3.5-397b-a17b qwen/qwen3.5-397b-a17b-fast
0.1/0.15 262144 qwen/qwen3.5-9b qwen/qwen3.5-9b-fast
- 131072 servicenow-ai/apriel-1.6-15b-thinker servicenow-ai/apriel-1.6-15b-thinker-fast
1.25/1.25 163840 deepcogito/cogito-671b-v2.1 deepcogito/cogito-671b-v2.1-fast deepcogito/cogito-671b-v2.1-fp8 deepcogito/cogito-671b-v2.1-fp8-fast
3/7 163840 deepseek-ai/deepseek-r1 deepseek-ai/deepseek-r1-fast deepseek-ai/deepseek-r1-0528 deepseek-ai/deepseek-r1-0528-fast
1.25/1.25 131072 deepseek-ai/deepseek-v3 deepseek-ai/deepseek-v3-fast deepseek-ai/deepseek-v3-0324 deepseek-ai/deepseek-v3-0324-fast
0.6/1.7 131072 deepseek-ai/deepseek-v3.1 deepseek-ai/deepseek-v3.1-fast
0.02/0.04 32768 google/gemma-3n-e4b-it google/gemma-3n-e4b-it-fast
0.88/0.88 131072 meta-llama/llama-3.3-70b-instruct meta-llama/llama-3.3-70b-instruct-fast
0.27/0.85 1048576 meta-llama/llama-4-maverick-17b-128e-instruct-fp8 meta-llama/llama-4-maverick-17b-128e-instruct-fp8-fast
0.5/2.8 262144 moonshotai/kimi-k2.5 moonshotai/kimi-k2.5-fast
0.15/0.6 131072 openai/gpt-oss-120b openai/gpt-oss-120b-fast
0.05/0.2 131072 openai/gpt-oss-20b openai/gpt-oss-20b-fast
0.2/1.1 131072 zai-org/glm-4.5-air-fp8 zai-org/glm-4.5-air-fp8-fast
0.6/2.2 202752 zai-org/glm-4.6 zai-org/glm-4.6-fast
0.45/2 202752 zai-org/glm-4.7-fp8 zai-org/glm-4.7-fp8-fast
1/3.2 202752 zai-org/glm-5 zai-org/glm-5-fast
@ minimax https://api\.minimax(i)?\.(?:com|io)
0.3/1.2 64000 m2-her m2-her
0.3/1.2 204800 minimax-m2 minimax-m2 minimax-m2.1 minimax-m2.1 minimax-m2.5 minimax-m2.5
0.6/2.4 204800 %m2.1-highspeed %m2.1-highspeed
0.6/2.4 204800 %m2.5-highspeed %m2.5-highspeed
0.3/1.2 204800 minimax-m2.7 minimax-m2.7
0.6/2.4 204800 %m2.7-highspeed %m2.7-highspeed
0.2/1.1 1000192 minimax-01
0.4/2.2 - minimax-m1
0.3/1.2 1000000 minimax-m3
@ mistral https://api\.mistral\.ai
0.3/0.9 256000 codestral-latest codestral-2501
0.3/0.9 256000 codestral-2508
0.4/2 262144 devstral-2512
0.1/0.3 - devstral-small devstral-small-2505 devstral-small-2507 devstral-small-latest labs-devstral-small-2512
- - devstral-small:free
2/5 - ^magistral-medium
0.5/1.5 - ^magistral-small-
0.2/0.2 262144 ministral-14b-2512
0.04/0.04 - ministral-3b
0.1/0.1 131072 ministral-3b-2512
0.1/0.1 - ministral-8b ministral-8b-2410
0.15/0.15 262144 ministral-8b-2512
0.1/0.1,2025-12-02=0.15/0.15 - ministral-8b-latest
0.25/0.25 - mistral-7b open-mistral-7b
0.1/0.1 8192 mistral-embed
2/6 - mistral-large mistral-large-latest mistral-large-2407 mistral-large-2411
0.5/1.5 262144 mistral-large-2512
2.7/8.1 - mistral-medium-2312
0.4/2 - mistral-medium mistral-medium-2505 mistral-medium-2508
1.5/7.5 262144 mistral-medium-3.5 mistral-medium-3-5 mistral-medium-3
0.4/2,2026-06-16=1.5/7.5 - mistral-medium-latest
0.15/0.15 - mistral-nemo open-mistral-nemo
- - mistral-nemo:free
- - mistral-ocr-2503 mistral-ocr-2503-completion
- - mistral-ocr-2505 mistral-ocr-2505-completion
- 16384 mistral-ocr-2512 mistral-ocr-2512-completion
- 16384 mistral-ocr-4-0 mistral-ocr-4-0-completion
- 16384 mistral-ocr-4 mistral-ocr-4-completion mistral-ocr-4-1 mistral-ocr-4-1-completion
,2025-05-22=,2025-12-18=,2026-06-23= - mistral-ocr-latest mistral-ocr-latest-completion
0.2/0.6 - mistral-saba mistral-saba-latest
0.05/0.08 - mistral-small-24b-instruct-2501
- - mistral-small-24b-instruct-2501:free
0.15/0.6 262144 mistral-small-2603
0.351/0.555 - mistral-small-3.1-24b-instruct
0.075/0.2 - mistral-small-3.2-24b-instruct
0.1/0.3 - mistral-small-latest
0.25/0.25 - mistral-tiny
0.9/0.9 - mixtral-8x22b-instruct
0.7/0.7 - ^mixtral-8x7b open-mixtral-8x7b
0.15/0.15 - pixtral-12b pixtral-12b-latest
2/6 - pixtral-large-latest pixtral-large-2411
- 16384 voxtral-mini-latest voxtral-mini-2602
0.1/0.3,2026-08-11=0.1/0.4 32768 voxtral-small-24b-2507 voxtral-small-2507 voxtral-small-latest
@ modal https://[^/]+\.modal\.(?:run|direct)(?:/|$)
3/15 1048576 moonshotai/kimi-k3
1.2/5 - thinkingmachines/inkling-nvfp4
@ moonshotai https://api\.moonshot\.
0.57/2.3 - kimi-k2
0.6/2.5 131072 kimi-k2-0711-preview
0.6/2.5 262144 kimi-k2-0905-preview
0.6/2.5 262144 kimi-k2-thinking
1.15/8 262144 kimi-k2-thinking-turbo
1.15/8 262144 ^kimi-k2-turbo
0.6/3 262144 ^kimi-k2.5
0.95/4 262144 ^kimi-k2.6
0.95/4 262144 kimi-k2.7-code
1.9/8 262144 kimi-k2.7-code-highspeed
3/15 1048576 kimi-k3
2/5 131072 moonshot-v1-128k moonshot-v1-128k-vision-preview
1/3 32768 moonshot-v1-32k moonshot-v1-32k-vision-preview
0.2/2 8192 moonshot-v1-8k moonshot-v1-8k-vision-preview
@ novita https://api\.novita\.ai
0.05/0.05 8192 sao10k/l3-8b-stheno-v3.2
0.9/0.9 - cognitivecomputations/dolphin-mixtral-8x22b
4/4 64000 deepseek/deepseek-r1
0.8/0.8 8192 deepseek/deepseek-r1-distill-llama-70b
0.04/0.04 - deepseek/deepseek-r1-distill-llama-8b
0.15/0.15 32768 deepseek/deepseek-r1-distill-qwen-14b
0.3/0.3 64000 deepseek/deepseek-r1-distill-qwen-32b
0.89/0.89 64000 deepseek/deepseek_v3
0.08/0.08 - google/gemma-2-9b-it
0.09/0.09 4096 gryphe/mythomax-l2-13b
0.5/0.5 - jondurbin/airoboros-l2-70b
0.51/0.74 8192 meta-llama/llama-3-70b-instruct
0.04/0.04 8192 meta-llama/llama-3-8b-instruct
0.34/0.39 - meta-llama/llama-3.1-70b-instruct
0.05/0.05 16384 meta-llama/llama-3.1-8b-instruct meta-llama/llama-3.1-8b-instruct-max
0.06/0.06 - meta-llama/llama-3.1-8b-instruct-bf16
0.06/0.06 - meta-llama/llama-3.2-11b-vision-instruct
0.02/0.02 131000 meta-llama/llama-3.2-1b-instruct
0.03/0.05 32768 meta-llama/llama-3.2-3b-instruct
0.39/0.39 12288 meta-llama/llama-3.3-70b-instruct
0.62/0.62 65535 microsoft/wizardlm-2-8x22b
0.059/0.059 - mistralai/mistral-7b-instruct
0.17/0.17 60288 mistralai/mistral-nemo
0.14/0.14 8192 nousresearch/hermes-2-pro-llama-3-8b
0.17/0.17 4096 nousresearch/nous-hermes-llama2-13b
0.06/0.06 4096 openchat/openchat-7b
0.054/0.054 32768 qwen/qwen-2-7b-instruct
0.45/0.45 32768 qwen/qwen-2-vl-72b-instruct
0.38/0.4 32000 qwen/qwen-2.5-72b-instruct
1.48/1.48 8192 sao10k/l3-70b-euryale-v2.1
0.05/0.05 8192 sao10k/l3-8b-lunaris
1.48/1.48 8192 sao10k/l31-70b-euryale-v2.2
0.8/0.8 - sophosympatheia/midnight-rose-70b
0.17/0.17 4096 teknium/openhermes-2.5-mistral-7b
@ openai https://api\.openai\.com
0.4/0.4 - ada text-ada-001
0.5/0.5 - babbage
5/15 128000 chatgpt-4o-latest
1.5/6 200000 codex-mini codex-mini-latest
3/12 8192 ^computer-use
2/2 - curie text-curie-001
20/20 - davinci text-davinci-001
3/6 - ^ft:gpt-3.5-turbo
3.75/15 - ^ft:gpt-4o-2024-
0.3/1.2 - ^ft:gpt-4o-mini-2024-
1.5/2 - gpt-3.5-turbo-0301 gpt-3.5-0301
0.5/1.5 16385 gpt-3.5-turbo gpt-35-turbo gpt-3.5-turbo-0125
1.5/2 16385 gpt-3.5-turbo-0613
1/2 16385 gpt-3.5-turbo-1106
3/4 16385 gpt-3.5-turbo-16k gpt-3.5-turbo-16k-0613 gpt-35-turbo-16k-0613 gpt-35-turbo-16k
1.5/2 16385 ^gpt-3.5-turbo-instruct gpt-3.5-turbo-instruct-0914
30/60 8192 gpt-4 gpt-4-0314 gpt-4-0613 ^ft:gpt-4-0
60/120 32000 gpt-4-32k gpt-4-32k-0314 gpt-4-32k-0613
10/30 128000 gpt-4-turbo gpt-4-turbo-2024-04-09 gpt-4-turbo-0125-preview gpt-4-0125-preview gpt-4-1106-preview gpt-4-turbo-preview
10/30 128000 gpt-4-vision-preview gpt-4-1106-vision-preview
2/8 1000000 gpt-4.1 gpt-4.1-2025-04-14
0.4/1.6 1000000 gpt-4.1-mini gpt-4.1-mini-2025-04-14
0.1/0.4 1000000 gpt-4.1-nano gpt-4.1-nano-2025-04-14
75/150 - ^gpt-4.5-preview
2.5/10 128000 gpt-4o gpt-4o-2024-08-06 gpt-4o-2024-11-20
5/15 128000 gpt-4o-2024-05-13
2.5/10 128000 ^gpt-4o-audio-preview
0.15/0.6 128000 gpt-4o-mini gpt-4o-mini-2024-07-18 gpt-4o-mini-search-preview gpt-4o-mini-search-preview-2025-03-11
0.3/1.2 - ^gpt-4o-mini-2024-07-18.ft-
0.15/0.6 128000 ^gpt-4o-mini-audio
0.6/2.4 16000 ^gpt-4o-mini-realtime
1.25/5 16000 gpt-4o-mini-transcribe
0.6/12 - gpt-4o-mini-tts
5/20 32000 ^gpt-4o-realtime
2.5/10 128000 gpt-4o-search-preview gpt-4o-search-preview-2025-03-11
2.5/10 16000 gpt-4o-transcribe gpt-4o-transcribe-diarize
6/18 - gpt-4o:extended
1.25/10 400000 gpt-5 gpt-5-2025-08-07 gpt-5-chat gpt-5-chat-latest gpt-5-codex
10/10 - gpt-5-image
2.5/2 - gpt-5-image-mini
0.25/2 400000 gpt-5-mini gpt-5-mini-2025-08-07
0.05/0.4 400000 gpt-5-nano ^gpt-5-nano-
15/120 400000 gpt-5-pro gpt-5-pro-2025-10-06
1.25/10 400000 gpt-5.1 gpt-5.1-2025-11-13 gpt-5.1-codex gpt-5.1-codex-max gpt-5.1-chat gpt-5.1-chat-latest gpt-5-1 gpt-5-1-2025-11-13 gpt-5-1-codex gpt-5-1-codex-max gpt-5-1-chat gpt-5-1-chat-latest
0.25/2 400000 gpt-5.1-codex-mini gpt-5.1-mini gpt-5-1-codex-mini gpt-5-1-mini
1.75/14 400000 gpt-5.2 gpt-5.2-2025-12-11 gpt-5-2 gpt-5-2-2025-12-11 gpt-5.2-chat gpt-5.2-chat-latest gpt-5-2-chat gpt-5-2-chat-latest gpt-5.2-codex gpt-5-2-codex
21/168 400000 gpt-5.2-pro gpt-5.2-pro-2025-12-11 gpt-5-2-pro-2025-12-11
1.75/14 128000 gpt-5.3 gpt-5-3 gpt-5.3-chat gpt-5.3-chat-latest gpt-5-3-chat gpt-5-3-chat-latest
1.75/14 400000 gpt-5.3-codex gpt-5-3-codex
2.5/15 1050000 gpt-5.4 gpt-5.4-2026-03-05 gpt-5-4 gpt-5-4-2026-03-05
8/15 - gpt-5.4-image-2
0.75/4.5 400000 gpt-5.4-mini gpt-5.4-mini-2026-03-17 gpt-5-4-mini gpt-5-4-mini-2026-03-17
0.2/1.25 400000 gpt-5.4-nano gpt-5.4-nano-2026-03-17 gpt-5-4-nano gpt-5-4-nano-2026-03-17
30/180 1050000 gpt-5.4-pro gpt-5.4-pro-2026-03-05 gpt-5-4-pro gpt-5-4-pro-2026-03-05
5/30 1000000 gpt-5.5 gpt-5.5-2026-04-23 gpt-5.5-2026-04-24 gpt-5-5 gpt-5-5-2026-04-23 gpt-5-5-2026-04-24 gpt-5.5-chat gpt-5.5-chat-latest gpt-5-5-chat gpt-5-5-chat-latest gpt-5.5-codex gpt-5-5-codex
30/180 1000000 gpt-5.5-pro gpt-5.5-pro-2026-04-23 gpt-5-5-pro gpt-5-5-pro-2026-04-23
1/6,2026-07-30=0.2/1.2 1050000 gpt-5.6-luna gpt-5-6-luna /^gpt-5\.6-luna-\d{4}-\d{2}-\d{2}$ /^gpt-5-6-luna-\d{4}-\d{2}-\d{2}$
5/30,2026-08-21=4/20 1050000 gpt-5.6-sol gpt-5-6-sol gpt-5.6 gpt-5-6 /^gpt-5\.6-sol-\d{4}-\d{2}-\d{2}$ /^gpt-5-6-sol-\d{4}-\d{2}-\d{2}$
2.5/15,2026-07-30=2/12 1050000 gpt-5.6-terra gpt-5-6-terra /^gpt-5\.6-terra-\d{4}-\d{2}-\d{2}$ /^gpt-5-6-terra-\d{4}-\d{2}-\d{2}$
10/50 1050000 gpt-6-astra /^gpt-6-astra-\d{4}-\d{2}-\d{2}$
0.1/0.5 1050000 gpt-6-luna /^gpt-6-luna-\d{4}-\d{2}-\d{2}$
2/10 1050000 gpt-6-sol /^gpt-6-sol-\d{4}-\d{2}-\d{2}$
2.5/10 128000 gpt-audio gpt-audio-2025-08-28 gpt-audio-1.5
0.6/2.4 128000 gpt-audio-mini gpt-audio-mini-2025-10-06 gpt-audio-mini-2025-12-15
5/30 - gpt-chat-latest
5/40 - gpt-image-1
2/8 - gpt-image-1-mini
5/10 - gpt-image-1.5 gpt-image-1.5-2025-12-16
5/30 - gpt-image-2 gpt-image-2-2026-04-21
0.039/0.18 131072 gpt-oss-120b
0.029/0.14 131072 gpt-oss-20b
0.075/0.3 131072 gpt-oss-safeguard-20b
4/16 32000 gpt-realtime gpt-realtime-2025-08-28 gpt-realtime-1.5
4/24 128000 gpt-realtime-2 gpt-realtime-2.1
0.6/2.4 - gpt-realtime-mini gpt-realtime-2.1-mini gpt-realtime-mini-2025-12-15 gpt-realtime-mini-2025-10-06
- - gpt-transcribe
- - %moderation
15/60 200000 o1 o1-2024-12-17
1.1/4.4 128000 o1-mini o1-mini-2024-09-12
15/60 128000 o1-preview o1-preview-2024-09-12
150/600 200000 o1-pro o1-pro-2025-03-19
10/40,2025-06-10=2/8 200000 o3 o3-2025-04-16
10/40 200000 o3-deep-research o3-deep-research-2025-06-26
1.1/4.4 200000 o3-mini o3-mini-2025-01-31 o3-mini-high
20/80 200000 o3-pro o3-pro-2025-06-10
1.1/4.4 200000 o4-mini-2025-04-16 o4-mini-high o4-mini
2/8 200000 o4-mini-deep-research o4-mini-deep-research-2025-06-26
20/20 - text-davinci-002
20/20 - text-davinci-003
- 8192 text-embedding-3-large
- 8192 text-embedding-3-small
- 8192 text-embedding-ada text-embedding-ada-002 text-embedding-ada-002-v2
- - whisper-1
@ openrouter https://(api\.)?openrouter\.ai
3/3 - 01-ai/yi-large
0.8/1.2 - aetherwiing/mn-starcannon-12b
- - agentica-org/deepcoder-14b-preview:free
2/8 - ai21/jamba-1-5-large
0.2/0.4 - ai21/jamba-1-5-mini
2/8 - ai21/jamba-1.6-large
0.2/0.4 - ai21/jamba-1.6-mini
0.5/0.7 - ai21/jamba-instruct
2/8 - ai21/jamba-large-1.7
4/8 - aion-labs/aion-1.0
0.7/1.4 - aion-labs/aion-1.0-mini
0.8/1.6 131072 aion-labs/aion-2.0
0.2/0.2 32768 aion-labs/aion-rp-llama-3.1-8b
0.8/1.2 - alfredpros/codellama-7b-instruct-solidity
2.6/3.4 - all-hands/openhands-lm-32b-v0.1
- - allenai/molmo-7b-d:free
0.15/0.5 65536 allenai/olmo-3-32b-think
6.5625/9.375 - alpindale/goliath-120b
1.5/2.25 - alpindale/magnum-72b
0.3/2.5 1000000 amazon/nova-2-lite-v1
0.06/0.24 300000 amazon/nova-lite-v1
0.035/0.14 128000 amazon/nova-micro-v1
2.5/12.5 1000000 amazon/nova-premier-v1
0.8/3.2 300000 amazon/nova-pro-v1
3/3 - anthracite-org/magnum-v2-72b
1.5/2.25 32768 anthracite-org/magnum-v4-72b
8/24 - anthropic/claude-2 anthropic/claude-2.0 anthropic/claude-2.0:beta anthropic/claude-2.1 anthropic/claude-2.1:beta anthropic/claude-2:beta
0.25/1.25 200000 anthropic/claude-3-haiku anthropic/claude-3-haiku:beta
15/75 - anthropic/claude-3-opus anthropic/claude-3-opus:beta
3/15 - anthropic/claude-3-sonnet anthropic/claude-3-sonnet:beta
0.8/4 - anthropic/claude-3.5-haiku anthropic/claude-3.5-haiku-20241022 anthropic/claude-3.5-haiku-20241022:beta anthropic/claude-3.5-haiku:beta
3/15 - anthropic/claude-3.5-sonnet anthropic/claude-3.5-sonnet-20240620 anthropic/claude-3.5-sonnet-20240620:beta anthropic/claude-3.5-sonnet:beta
3/15 - anthropic/claude-3.7-sonnet anthropic/claude-3.7-sonnet:beta anthropic/claude-3.7-sonnet:thinking
10/50 1000000 anthropic/claude-fable-5 anthropic/claude-fable-5:beta
10/50 1000000 anthropic/claude-fable-5.1 anthropic/claude-fable-5.1:beta
1/5 200000 anthropic/claude-haiku-4.5 anthropic/claude-4.5-haiku-20251001 anthropic/claude-4.5-haiku-20251001:beta anthropic/claude-haiku-4.5-20251001 anthropic/claude-haiku-4.5-20251001:beta anthropic/claude-haiku-4.5:beta
15/75 200000 anthropic/claude-opus-4 anthropic/claude-opus-4.1
5/25 200000 anthropic/claude-opus-4.5 anthropic/claude-4.5-opus-20251124 anthropic/claude-4.5-opus-20251124:beta anthropic/claude-opus-4.5-20251124 anthropic/claude-opus-4.5-20251124:beta anthropic/claude-opus-4.5:beta
5/25 1000000 anthropic/claude-opus-4.6 anthropic/claude-4.6-opus-20260205 anthropic/claude-4.6-opus-20260205:beta anthropic/claude-opus-4.6-20260205 anthropic/claude-opus-4.6-20260205:beta anthropic/claude-opus-4.6:beta
30/150 - anthropic/claude-opus-4.6-fast
5/25 1000000 anthropic/claude-opus-4.7 anthropic/claude-opus-4.7:beta
30/150 1000000 anthropic/claude-opus-4.7-fast
5/25 1000000 anthropic/claude-opus-4.8 anthropic/claude-opus-4.8:beta
10/50 1000000 anthropic/claude-opus-4.8-fast
5/25 1000000 anthropic/claude-opus-5 anthropic/claude-opus-5:beta
10/50 1000000 anthropic/claude-opus-5-fast
4/20 1000000 anthropic/claude-opus-5.5 anthropic/claude-opus-5.5:beta
3/15 - anthropic/claude-sonnet-4
3/15 1000000 anthropic/claude-sonnet-4.5 anthropic/claude-4.5-sonnet-20250929 anthropic/claude-4.5-sonnet-20250929:beta anthropic/claude-sonnet-4.5-20250929 anthropic/claude-sonnet-4.5-20250929:beta anthropic/claude-sonnet-4.5:beta
3/15 1000000 anthropic/claude-sonnet-4.6 anthropic/claude-4.6-sonnet-20260217 anthropic/claude-4.6-sonnet-20260217:beta anthropic/claude-sonnet-4.6-20260217 anthropic/claude-sonnet-4.6-20260217:beta anthropic/claude-sonnet-4.6:beta
2/10 1000000 anthropic/claude-sonnet-5 anthropic/claude-sonnet-5:beta
0.8/1 - anubis-pro-105b-v1
0.5/0.8 - arcee-ai/coder-large
0.22/0.85 262144 arcee-ai/trinity-large-thinking
0.045/0.15 - arcee-ai/trinity-mini
0.75/1.2 131072 arcee-ai/virtuoso-large
0.45/0.75 - arcee-blitz
- - arliai/qwq-32b-arliai-rpr-v1:free
0.42/1.25 123000 baidu/ernie-4.5-vl-424b-a47b
- - bytedance-research/ui-tars-72b:free
0.25/2 262144 bytedance-seed/seed-1.6
0.075/0.3 262144 bytedance-seed/seed-1.6-flash
0.25/2 262144 bytedance-seed/seed-2.0-lite
0.1/0.4 262144 bytedance-seed/seed-2.0-mini
0.1/0.2 128000 bytedance/ui-tars-1.5-7b
0.55/0.85 - caller-large
5/15 - chatgpt-4o-latest
8/24 - claude-2 claude-2.0 claude-2.0:beta claude-2.1 claude-2.1:beta claude-2:beta
15/75 - claude-3-opus claude-3-opus:beta
3/15 - claude-3-sonnet claude-3-sonnet:beta
3/15 - claude-3.5-sonnet claude-3.5-sonnet-20240620 claude-3.5-sonnet-20240620:beta claude-3.5-sonnet:beta
3/15 - claude-3.7-sonnet claude-3.7-sonnet:beta claude-3.7-sonnet:thinking
0.8/1.2 - codellama-7b-instruct-solidity
0.3/0.9 - codestral-2501
1.5/6 - codex-mini
- - cognitivecomputations/dolphin-mistral-24b-venice-edition:free
0.9/0.9 - cognitivecomputations/dolphin-mixtral-8x22b
0.5/0.5 - cognitivecomputations/dolphin-mixtral-8x7b
- - cognitivecomputations/dolphin3.0-mistral-24b:free
- - cognitivecomputations/dolphin3.0-r1-mistral-24b:free
1/2 - cohere/command
2.5/10 256000 cohere/command-a
0.5/1.5 - cohere/command-r cohere/command-r-03-2024
0.15/0.6 128000 cohere/command-r-08-2024
3/15 - cohere/command-r-plus cohere/command-r-plus-04-2024
2.5/10 128000 cohere/command-r-plus-08-2024
0.0375/0.15 128000 cohere/command-r7b-12-2024
1/2 - command
0.5/1.5 - command-r command-r-03-2024
3/15 - command-r-plus command-r-plus-04-2024
- - deepcoder-14b-preview:free
1.25/1.25 - deepcogito/cogito-v2.1-671b
- - deephermes-3-llama-3-8b-preview:free
- - deepseek-chat-v3-0324:free
- - deepseek-chat:free
0.5/2.18 - deepseek-prover-v2
0.05/0.1 - deepseek-r1-0528-qwen3-8b
- - deepseek-r1-0528-qwen3-8b:free
- - deepseek-r1-0528:free
- - deepseek-r1-distill-llama-70b:free
0.04/0.04 - deepseek-r1-distill-llama-8b
0.18/0.18 - deepseek-r1-distill-qwen-1.5b
0.15/0.15 - deepseek-r1-distill-qwen-14b
- - deepseek-r1-distill-qwen-14b:free
- - deepseek-r1-distill-qwen-32b:free
0.1/0.2 - deepseek-r1-distill-qwen-7b
- - deepseek-r1:free
- - deepseek-r1t-chimera:free
- - deepseek-v3-base:free
0.38/0.89 - deepseek/deepseek-chat
0.3/0.88 163840 deepseek/deepseek-chat-v3-0324
- - deepseek/deepseek-chat-v3-0324:free
0.21/0.79 - deepseek/deepseek-chat-v3.1
- - deepseek/deepseek-chat:free
0.45/2.15 64000 deepseek/deepseek-r1
0.5/2.15 - deepseek/deepseek-r1-0528
0.1/0.4 8192 deepseek/deepseek-r1-distill-llama-70b
- - deepseek/deepseek-r1-distill-llama-70b:free
0.04/0.04 - deepseek/deepseek-r1-distill-llama-8b
0.18/0.18 - deepseek/deepseek-r1-distill-qwen-1.5b
0.15/0.15 - deepseek/deepseek-r1-distill-qwen-14b
- - deepseek/deepseek-r1-distill-qwen-14b:free
0.12/0.18 - deepseek/deepseek-r1-distill-qwen-32b
- - deepseek/deepseek-r1-distill-qwen-32b:free
- - deepseek/deepseek-r1-zero:free
- - deepseek/deepseek-r1:free
- - deepseek/deepseek-v3-base:free
0.23/0.9 163840 deepseek/deepseek-v3.1-terminus
0.2288/0.3432 - deepseek/deepseek-v3.2
0.27/0.41 163840 deepseek/deepseek-v3.2-exp
0.0983/0.1966 - deepseek/deepseek-v4-flash
0.435/0.87 - deepseek/deepseek-v4-pro
0.06/0.12 - devstral-small
- - devstral-small:free
0.2/0.2 - dobby-mini-unhinged-plus-llama-3.1-8b
0.9/0.9 - dolphin-mixtral-8x22b
- - dolphin3.0-mistral-24b:free
- - dolphin3.0-r1-mistral-24b:free
0.8/1.2 - eleutherai/llemma_7b
0.15/0.15 - essentialai/rnj-1-instruct
4/6 - eva-llama-3.33-70b
2.6/3.4 - eva-qwen-2.5-32b
4/6 - eva-qwen-2.5-72b
4/6 - eva-unit-01/eva-llama-3.33-70b
2.6/3.4 - eva-unit-01/eva-qwen-2.5-32b
0.9/1.2 - eva-unit-01/eva-qwen-2.5-72b
- - featherless/qwerky-72b:free
0.8/1.2 - fimbulvetr-11b-v2
0.1/0.4 - gemini-2.0-flash-001
- - gemini-2.0-flash-exp:free
0.075/0.3 - gemini-2.0-flash-lite-001
0.1/0.4 - gemini-2.5-flash-lite-preview-06-17
0.15/0.6 - gemini-2.5-flash-preview gemini-2.5-flash-preview-05-20
0.15/3.5 - gemini-2.5-flash-preview-05-20:thinking
0.15/3.5 - gemini-2.5-flash-preview:thinking
- - gemini-2.5-pro-exp-03-25
0.075/0.3 - gemini-flash-1.5
0.0375/0.15 - gemini-flash-1.5-8b
1.25/5 - gemini-pro-1.5
0.2/0.2 - gemma-2-9b-it
- - gemma-2-9b-it:free
- - gemma-3-12b-it:free
- - gemma-3-27b-it:free
- - gemma-3-4b-it:free
- - gemma-3n-e4b-it:free
0.24/0.24 - glm-4-32b
- - glm-4-32b:free
- - glm-4.5-air:free
1.2/4 - glm-5v-turbo
0.24/0.24 - glm-z1-32b
- - glm-z1-32b:free
0.24/0.24 - glm-z1-rumination-32b
10/12.5 - goliath-120b
0.1/0.4 - google/gemini-2.0-flash-001
- - google/gemini-2.0-flash-exp:free
0.075/0.3 - google/gemini-2.0-flash-lite-001
- - google/gemini-2.0-flash-thinking-exp-1219:free
- - google/gemini-2.0-flash-thinking-exp:free
0.3/2.5 1048576 google/gemini-2.5-flash
0.3/2.5 32768 google/gemini-2.5-flash-image
0.1/0.4 1048576 google/gemini-2.5-flash-lite
0.1/0.4 - google/gemini-2.5-flash-lite-preview-09-2025
0.15/0.6 - google/gemini-2.5-flash-preview
0.3/2.5 - google/gemini-2.5-flash-preview-09-2025
0.15/3.5 - google/gemini-2.5-flash-preview:thinking
1.25/10 1048576 google/gemini-2.5-pro google/gemini-2.5-pro-preview google/gemini-2.5-pro-preview-05-06
- - google/gemini-2.5-pro-exp-03-25:free
1.25/10 - google/gemini-2.5-pro-preview-03-25
0.5/3 1048576 google/gemini-3-flash-preview
2/12 65536 google/gemini-3-pro-image-preview
0.5/3 65536 google/gemini-3.1-flash-image-preview
0.25/1.5 1048576 google/gemini-3.1-flash-lite google/gemini-3.1-flash-lite-preview
2/12 1048576 google/gemini-3.1-pro-preview google/gemini-3.1-pro-preview-customtools
1.5/9 1048576 google/gemini-3.5-flash /^google/gemini-3\.5-flash-\d{8}$
0.075/0.3 - google/gemini-flash-1.5
0.0375/0.15 - google/gemini-flash-1.5-8b
- - google/gemini-flash-1.5-8b-exp
0.5/1.5 - google/gemini-pro google/gemini-pro-vision
1.25/5 - google/gemini-pro-1.5
0.8/0.8 8192 google/gemma-2-27b-it
0.07/0.07 - google/gemma-2-9b-it
- - google/gemma-2-9b-it:free
0.05/0.1 131072 google/gemma-3-12b-it
- - google/gemma-3-12b-it:free
- - google/gemma-3-1b-it:free
0.1/0.2 - google/gemma-3-27b-it
- - google/gemma-3-27b-it:free
0.02/0.04 131072 google/gemma-3-4b-it
- - google/gemma-3-4b-it:free
0.06/0.12 - google/gemma-3n-e4b-it
0.06/0.33 - google/gemma-4-26b-a4b-it
- 262144 google/gemma-4-26b-a4b-it:free
0.12/0.36,2026-08-27=0.09/0.34 262144 google/gemma-4-31b-it
- 262144 google/gemma-4-31b-it:free
- - google/learnlm-1.5-pro-experimental:free
- 1048576 google/lyria-3-clip-preview
- 1048576 google/lyria-3-pro-preview
1/2 - google/palm-2-chat-bison google/palm-2-chat-bison-32k
1/2 - google/palm-2-codechat-bison google/palm-2-codechat-bison-32k
1/2 - gpt-3.5-turbo-1106
10/30 - gpt-4-1106-preview
75/150 - gpt-4.5-preview
6/18 - gpt-4o:extended
2/10 - grok-2-1212
2/10 - grok-2-vision-1212
3/15 - grok-3 grok-3-beta
0.3/0.5 - grok-3-mini grok-3-mini-beta
5/15 - grok-beta
5/15 - grok-vision-beta
0.065/0.065 - gryphe/mythomax-l2-13b
0.025/0.04 - hermes-2-pro-llama-3-8b
- - huggingfaceh4/zephyr-7b-beta:free
0.017/0.112 131000 ibm-granite/granite-4.0-h-micro
0.05/0.1 131072 ibm-granite/granite-4.1-8b
0.25/0.75 128000 inception/mercury-2
0.075/0.625 - inclusionai/ling-2.6-1t
0.01/0.03 - inclusionai/ling-2.6-flash
0.075/0.625 - inclusionai/ring-2.6-1t
0.8/1.2 - infermatic/mn-inferor-12b
2.5/10 - inflection/inflection-3-pi
2.5/10 - inflection/inflection-3-productivity
- - internvl3-14b:free
- - internvl3-2b:free
2/8 - jamba-1.6-large
0.2/0.4 - jamba-1.6-mini
0.5/0.5 - jondurbin/airoboros-l2-70b
- - kimi-dev-72b:free
- - kimi-vl-a3b-thinking:free
0.3/1.2 - kwaipilot/kat-coder-pro-v2
1.48/1.48 - l3-euryale-70b
0.8/0.9 - latitudegames/wayfarer-large-70b-llama-3.3
0.02/0.02 - lfm-3b
0.15/0.15 - lfm-40b
0.01/0.01 - lfm-7b
0.03/0.12 - liquid/lfm-2-24b-a2b
- - liquid/lfm-2.5-1.2b-instruct:free
- - liquid/lfm-2.5-1.2b-thinking:free
0.02/0.02 - liquid/lfm-3b
0.15/0.15 - liquid/lfm-40b
0.01/0.01 - liquid/lfm-7b
4/6 - llama-3-lumimaid-70b
0.2/1.25 - llama-3-lumimaid-8b
2/2 - llama-3.1-405b
0.8/0.8 - llama-3.1-405b-instruct
- - llama-3.1-8b-instruct:free
2.5/3 - llama-3.1-lumimaid-70b
0.2/1.25 - llama-3.1-lumimaid-8b
0.12/0.3 - llama-3.1-nemotron-70b-instruct
0.6/1.8 - llama-3.1-nemotron-ultra-253b-v1
- - llama-3.1-nemotron-ultra-253b-v1:free
1/1 - llama-3.1-sonar-large-128k-online
0.2/0.2 - llama-3.1-sonar-small-128k-online
- - llama-3.2-11b-vision-instruct:free
- - llama-3.2-1b-instruct:free
1.2/1.2 - llama-3.2-90b-vision-instruct
- - llama-3.3-8b-instruct:free
0.13/0.4 - llama-3.3-nemotron-super-49b-v1
- - llama-3.3-nemotron-super-49b-v1:free
- - llama-4-maverick:free
- - llama-4-scout:free
0.2/0.2 - llama-guard-2-8b
0.88/0.88 - llama3.1-typhoon2-70b-instruct
0.8/1.2 - llemma_7b
0.9/3.3 - maestro-reasoning
2/5 - magistral-medium-2506 magistral-medium-2506:thinking
0.5/1.5 - magistral-small-2506
4/6 - magnum-72b
3/3 - magnum-v2-72b
- - mai-ds-r1:free
1.125/1.125 8000 mancer/weaver
0.25/1 - mercury-coder-small-beta
0.22/0.22 - meta-llama/llama-2-13b-chat
0.9/0.9 - meta-llama/llama-2-70b-chat
0.3/0.4 - meta-llama/llama-3-70b-instruct
0.03/0.06 - meta-llama/llama-3-8b-instruct
2/2 - meta-llama/llama-3.1-405b
0.8/0.8 - meta-llama/llama-3.1-405b-instruct
- - meta-llama/llama-3.1-405b:free
0.1/0.28 131072 meta-llama/llama-3.1-70b-instruct
0.02/0.03 - meta-llama/llama-3.1-8b-instruct
- - meta-llama/llama-3.1-8b-instruct:free
0.049/0.049 - meta-llama/llama-3.2-11b-vision-instruct
- - meta-llama/llama-3.2-11b-vision-instruct:free
0.005/0.01 60000 meta-llama/llama-3.2-1b-instruct
- - meta-llama/llama-3.2-1b-instruct:free
0.01/0.02 - meta-llama/llama-3.2-3b-instruct
- - meta-llama/llama-3.2-3b-instruct:free
0.9/0.9 - meta-llama/llama-3.2-90b-vision-instruct
0.05/0.24 - meta-llama/llama-3.3-70b-instruct
- - meta-llama/llama-3.3-70b-instruct:free
0.15/0.6 - meta-llama/llama-4-maverick
- - meta-llama/llama-4-maverick:free
0.08/0.3 - meta-llama/llama-4-scout
- - meta-llama/llama-4-scout:free
0.2/0.2 - meta-llama/llama-guard-2-8b
0.02/0.06 - meta-llama/llama-guard-3-8b
0.05/0.05 163840 meta-llama/llama-guard-4-12b
1/1 - microsoft/phi-3-medium-128k-instruct
0.1/0.1 - microsoft/phi-3-mini-128k-instruct
0.1/0.1 - microsoft/phi-3.5-mini-128k-instruct
0.07/0.14 16384 microsoft/phi-4
0.08/0.35 - microsoft/phi-4-mini-instruct
0.05/0.1 - microsoft/phi-4-multimodal-instruct
0.07/0.07 - microsoft/wizardlm-2-7b
0.5/0.5 65535 microsoft/wizardlm-2-8x22b
0.8/0.8 - midnight-rose-70b
0.55/2.2 - minimax-m1:extended
0.2/1.1 1000192 minimax/minimax-01
0.3/1.65 1000000 minimax/minimax-m1
0.255/1 - minimax/minimax-m2
0.3/1.2 65536 minimax/minimax-m2-her minimax/minimax-m2-her-20260123
0.29/0.95 204800 minimax/minimax-m2.1
0.15/0.9 - minimax/minimax-m2.5 minimax/minimax-m2.5-20260211
0.27/1.08 - minimax/minimax-m2.7 minimax/minimax-m2.7-20260318
0.3/1.2 - minimax/minimax-m3 minimax/minimax-m3-20260531
0.04/0.04 - ministral-3b
0.1/0.1 - ministral-8b
0.028/0.054 - mistral-7b-instruct mistral-7b-instruct-v0.3
0.11/0.19 - mistral-7b-instruct-v0.1
0.2/0.2 - mistral-7b-instruct-v0.2
- - mistral-7b-instruct:free
2.75/8.1 - mistral-medium
- - mistral-nemo:free
0.2/0.6 - mistral-small
- - mistral-small-24b-instruct-2501:free
- - mistral-small-3.1-24b-instruct:free
- - mistral-small-3.2-24b-instruct:free
0.25/0.25 - mistral-tiny
0.1/0.1 - mistral/ministral-8b
0.3/0.9 - mistralai/codestral-2501
0.3/0.9 256000 mistralai/codestral-2508
0.25/0.25 - mistralai/codestral-mamba
0.4/2 262144 mistralai/devstral-2512
0.2/0.2 262144 mistralai/ministral-14b-2512
0.04/0.04 - mistralai/ministral-3b
0.1/0.1 131072 mistralai/ministral-3b-2512
0.1/0.1 - mistralai/ministral-8b
0.15/0.15 262144 mistralai/ministral-8b-2512
0.029/0.059 - mistralai/mistral-7b-instruct mistralai/mistral-7b-instruct-v0.3
0.2/0.2 - mistralai/mistral-7b-instruct-v0.1
0.2/0.2 - mistralai/mistral-7b-instruct-v0.2
- - mistralai/mistral-7b-instruct:free
2/6 128000 mistralai/mistral-large mistralai/mistral-large-2407 mistral-large-2411
0.5/1.5 262144 mistralai/mistral-large-2512
2.75/8.1 - mistralai/mistral-medium
0.4/2 131072 mistralai/mistral-medium-3
1.5/7.5 262144 mistralai/mistral-medium-3-5
0.4/2 131072 mistralai/mistral-medium-3.1
0.01/0.019 - mistralai/mistral-nemo
- - mistralai/mistral-nemo:free
0.2/0.6 32768 mistralai/mistral-saba
0.2/0.6 - mistralai/mistral-small
0.05/0.09 32768 mistralai/mistral-small-24b-instruct-2501
- - mistralai/mistral-small-24b-instruct-2501:free
0.15/0.6 - mistralai/mistral-small-2603
0.05/0.15 128000 mistralai/mistral-small-3.1-24b-instruct
- - mistralai/mistral-small-3.1-24b-instruct:free
0.075/0.2 - mistralai/mistral-small-3.2-24b-instruct
0.25/0.25 - mistralai/mistral-tiny
0.9/0.9 65536 mistralai/mixtral-8x22b-instruct
0.24/0.24 - mistralai/mixtral-8x7b-instruct
0.1/0.1 - mistralai/pixtral-12b
2/6 - mistralai/pixtral-large-2411
0.1/0.3 32000 mistralai/voxtral-small-24b-2507
0.08/0.24 - mixtral-8x7b-instruct
0.8/1.2 - mn-celeste-12b
0.8/1.2 - mn-inferor-12b
0.8/1.2 - mn-starcannon-12b
0.57/2.3 131072 moonshotai/kimi-k2
0.6/2.5 262144 moonshotai/kimi-k2-0905
0.6/2.5 262144 moonshotai/kimi-k2-thinking
0.4/1.9 - moonshotai/kimi-k2.5
0.68/3.41 - moonshotai/kimi-k2.6
- - moonshotai/kimi-k2.6:free
0.75/3.5 262144 moonshotai/kimi-k2.7-code moonshotai/kimi-k2.7-code-20260612
3/15 1048576 moonshotai/kimi-k3 moonshotai/kimi-k3-20260715
- - moonshotai/kimi-vl-a3b-thinking:free
- - moonshotai/moonlight-16b-a3b-instruct:free
0.8/1.2 81920 morph/morph-v3-fast
0.9/1.9 262144 morph/morph-v3-large
0.8/1.2 - mythalion-13b
3.375/4.5 - neversleep/llama-3-lumimaid-70b
0.09375/0.75 - neversleep/llama-3-lumimaid-8b neversleep/llama-3-lumimaid-8b:extended
1.5/2.25 - neversleep/llama-3.1-lumimaid-70b
0.09375/0.75 - neversleep/llama-3.1-lumimaid-8b
0.75/1.5 - neversleep/noromaid-20b
- - nex-agi/nex-n2-pro:free
1.25/2 - noromaid-20b
0.8/1.2 - nothingiisreal/mn-celeste-12b
0.6/0.6 - nous-hermes-2-mixtral-8x7b-dpo
- - nousresearch/deephermes-3-llama-3-8b-preview:free
0.025/0.04 - nousresearch/hermes-2-pro-llama-3-8b
0.7/0.8 131072 nousresearch/hermes-3-llama-3.1-405b
- - nousresearch/hermes-3-llama-3.1-405b:free
0.12/0.3 131072 nousresearch/hermes-3-llama-3.1-70b
1/3 131072 nousresearch/hermes-4-405b
0.13/0.4 131072 nousresearch/hermes-4-70b
0.6/0.6 - nousresearch/nous-hermes-2-mixtral-8x7b-dpo
0.18/0.18 - nousresearch/nous-hermes-llama2-13b
0.12/0.3 - nvidia/llama-3.1-nemotron-70b-instruct
- - nvidia/llama-3.1-nemotron-70b-instruct:free
- - nvidia/llama-3.1-nemotron-nano-8b-v1:free
- - nvidia/llama-3.1-nemotron-ultra-253b-v1:free
0.4/0.4 - nvidia/llama-3.3-nemotron-super-49b-v1.5
- - nvidia/llama-3.3-nemotron-super-49b-v1:free
0.05/0.2 262144 nvidia/nemotron-3-nano-30b-a3b
- - nvidia/nemotron-3-nano-30b-a3b:free
- 256000 nvidia/nemotron-3-nano-omni-30b-a3b-reasoning:free
0.09/0.45 - nvidia/nemotron-3-super-120b-a12b
- 262144 nvidia/nemotron-3-super-120b-a12b:free
0.5/2.5 - nvidia/nemotron-3-ultra-550b-a55b
- 1000000 nvidia/nemotron-3-ultra-550b-a55b:free
- 128000 nvidia/nemotron-3.5-content-safety:free
- - nvidia/nemotron-nano-12b-v2-vl:free
0.04/0.16 - nvidia/nemotron-nano-9b-v2
- - nvidia/nemotron-nano-9b-v2:free
1.1/4.4 - o1-mini o1-mini-2024-09-12
- - open-r1/olympiccoder-32b:free
- - open-r1/olympiccoder-7b:free
5/15 - openai/chatgpt-4o-latest
1.5/6 - openai/codex-mini
0.5/1.5 16385 openai/gpt-3.5-turbo gpt-3.5-turbo-0125
1/2 4095 openai/gpt-3.5-turbo-0613
1/2 - openai/gpt-3.5-turbo-1106
3/4 16385 openai/gpt-3.5-turbo-16k
1.5/2 4095 openai/gpt-3.5-turbo-instruct
30/60 8191 openai/gpt-4 gpt-4-0314
10/30 - openai/gpt-4-1106-preview
60/120 - openai/gpt-4-32k openai/gpt-4-32k-0314
10/30 128000 openai/gpt-4-turbo openai/gpt-4-turbo-preview
2/8 1047576 openai/gpt-4.1
0.4/1.6 1047576 openai/gpt-4.1-mini openai/gpt-4.1-mini-2025-04-14
0.1/0.4 1047576 openai/gpt-4.1-nano
75/150 - openai/gpt-4.5-preview
2.5/10 128000 openai/gpt-4o openai/gpt-4o-2024-08-06 openai/gpt-4o-2024-11-20 openai/gpt-4o-audio-preview
5/15 128000 openai/gpt-4o-2024-05-13
0.15/0.6 128000 openai/gpt-4o-mini openai/gpt-4o-mini-2024-07-18
0.15/0.6 - openai/gpt-4o-mini-search-preview
2.5/10 - openai/gpt-4o-search-preview
6/18 - openai/gpt-4o:extended
1.25/10 400000 openai/gpt-5 openai/gpt-5-2025-08-07 openai/gpt-5-chat openai/gpt-5-codex openai/gpt-5.1-codex-max
10/10 400000 openai/gpt-5-image
2.5/2 400000 openai/gpt-5-image-mini
0.25/2 400000 openai/gpt-5-mini openai/gpt-5-mini-2025-08-07
0.05/0.4 400000 openai/gpt-5-nano
15/120 400000 openai/gpt-5-pro
1.25/10 400000 openai/gpt-5.1 openai/gpt-5.1-chat openai/gpt-5.1-codex
0.25/2 400000 openai/gpt-5.1-codex-mini openai/gpt-5.1-codex-mini-20251113
1.75/14 400000 openai/gpt-5.2 openai/gpt-5.2-20251211 openai/gpt-5.2-chat openai/gpt-5.2-codex
21/168 400000 openai/gpt-5.2-pro openai/gpt-5.2-pro-20251211
1.75/14 - openai/gpt-5.3-chat
1.75/14 400000 openai/gpt-5.3-codex openai/gpt-5.3-codex-20260224
2.5/15 1050000 openai/gpt-5.4 openai/gpt-5.4-20260305
8/15 272000 openai/gpt-5.4-image-2
0.75/4.5 400000 openai/gpt-5.4-mini
0.2/1.25 400000 openai/gpt-5.4-nano
30/180 1050000 openai/gpt-5.4-pro
5/30 1050000 openai/gpt-5.5
30/180 1050000 openai/gpt-5.5-pro
0.2/1.2 1050000 openai/gpt-5.6-luna /^openai/gpt-5\.6-luna-\d{8}$
2/10 1050000 openai/gpt-5.6-sol /^openai/gpt-5\.6-sol-\d{8}$
2/12 1050000 openai/gpt-5.6-terra /^openai/gpt-5\.6-terra-\d{8}$
0.1/0.5 1050000 openai/gpt-6-luna openai/gpt-6-luna-pro /^openai/gpt-6-luna-\d{8}$
0.05/0.25 1050000 openai/gpt-6-luna:batch openai/gpt-6-luna-pro:batch
2/10 1050000 openai/gpt-6-sol openai/gpt-6-sol-pro /^openai/gpt-6-sol-\d{8}$
1/5 1050000 openai/gpt-6-sol:batch openai/gpt-6-sol-pro:batch
2.5/10 128000 openai/gpt-audio
0.6/2.4 128000 openai/gpt-audio-mini
5/30 400000 openai/gpt-chat-latest
0.039/0.18 - openai/gpt-oss-120b
- - openai/gpt-oss-120b:free
0.029/0.14 131072 openai/gpt-oss-20b
- - openai/gpt-oss-20b:free
0.075/0.3 131072 openai/gpt-oss-safeguard-20b
15/60 - openai/o1 o1-preview o1-preview-2024-09-12
1.1/4.4 - openai/o1-mini openai/o1-mini-2024-09-12
150/600 200000 openai/o1-pro
2/8 200000 openai/o3
10/40 - openai/o3-deep-research
1.1/4.4 200000 openai/o3-mini openai/o3-mini-high
20/80 200000 openai/o3-pro
1.1/4.4 200000 openai/o4-mini openai/o4-mini-high
2/8 - openai/o4-mini-deep-research
0.07/0.07 - openchat/openchat-7b
2.6/3.4 - openhands-lm-32b-v0.1
0.15/1.5 32768 perceptron/perceptron-mk1
1/1 - perplexity/llama-3.1-sonar-large-128k-online
0.2/0.2 - perplexity/llama-3.1-sonar-small-128k-online
2/8 - perplexity/r1-1776
1/1 127072 perplexity/sonar
2/8 128000 perplexity/sonar-deep-research
3/15 200000 perplexity/sonar-pro
1/5 - perplexity/sonar-reasoning
2/8 128000 perplexity/sonar-reasoning-pro
1/1 - phi-3-medium-128k-instruct
0.1/0.1 - phi-3-mini-128k-instruct
0.1/0.1 - phi-3.5-mini-128k-instruct
0.05/0.1 - phi-4-multimodal-instruct
0.07/0.35 - phi-4-reasoning-plus
- - phi-4-reasoning-plus:free
- - phi-4-reasoning:free
0.1/0.1 - pixtral-12b
2/6 - pixtral-large-2411
- - poolside/laguna-m.1:free
- - poolside/laguna-xs.2:free
0.2/1.1 - prime-intellect/intellect-3
0.5625/1.125 - pygmalionai/mythalion-13b
0.9/0.9 - qwen-2-72b-instruct
- - qwen-2.5-72b-instruct:free
- - qwen-2.5-coder-32b-instruct:free
0.2/0.2 - qwen-2.5-vl-7b-instruct
1.6/6.4 - qwen-max
0.05/0.2 - qwen-turbo
0.8/3.2 - qwen-vl-max
0.21/0.63 - qwen-vl-plus
0.9/0.9 - qwen/qwen-2-72b-instruct
0.12/0.39 - qwen/qwen-2.5-72b-instruct
- - qwen/qwen-2.5-72b-instruct:free
0.04/0.1 32768 qwen/qwen-2.5-7b-instruct
- - qwen/qwen-2.5-7b-instruct:free
0.06/0.15 32768 qwen/qwen-2.5-coder-32b-instruct
- - qwen/qwen-2.5-coder-32b-instruct:free
0.6/0.6 - qwen/qwen-2.5-vl-72b-instruct
0.2/0.2 - qwen/qwen-2.5-vl-7b-instruct
- - qwen/qwen-2.5-vl-7b-instruct:free
1.6/6.4 - qwen/qwen-max
0.4/1.2 1000000 qwen/qwen-plus
0.26/0.78 1000000 qwen/qwen-plus-2025-07-28
0.26/0.78 - qwen/qwen-plus-2025-07-28:thinking
0.05/0.2 - qwen/qwen-turbo
0.8/3.2 - qwen/qwen-vl-max
0.21/0.63 - qwen/qwen-vl-plus
0.2/0.2 - qwen/qwen2.5-coder-7b-instruct
0.9/0.9 - qwen/qwen2.5-vl-32b-instruct
- - qwen/qwen2.5-vl-32b-instruct:free
- - qwen/qwen2.5-vl-3b-instruct:free
0.7/0.7 - qwen/qwen2.5-vl-72b-instruct
- - qwen/qwen2.5-vl-72b-instruct:free
0.06/0.24 - qwen/qwen3-14b
0.13/0.6 131072 qwen/qwen3-235b-a22b
0.09/0.1 - qwen/qwen3-235b-a22b-2507
0.1/0.1 - qwen/qwen3-235b-a22b-thinking-2507
0.08/0.29 - qwen/qwen3-30b-a3b
0.04815/0.19305 - qwen/qwen3-30b-a3b-instruct-2507
0.08/0.4 81920 qwen/qwen3-30b-a3b-thinking-2507
0.1/0.3 - qwen/qwen3-32b
0.035/0.138 131072 qwen/qwen3-8b
0.22/1.8 - qwen/qwen3-coder qwen/qwen3-coder-480b-a35b-07-25
0.07/0.27 - qwen/qwen3-coder-30b-a3b-instruct
0.195/0.975 1000000 qwen/qwen3-coder-flash
0.11/0.8 - qwen/qwen3-coder-next qwen/qwen3-coder-next-2025-02-03
0.65/3.25 1000000 qwen/qwen3-coder-plus
- - qwen/qwen3-coder:free
1.2/6 262144 qwen/qwen3-max
0.78/3.9 262144 qwen/qwen3-max-thinking qwen/qwen3-max-thinking-20260123
0.09/1.1 - qwen/qwen3-next-80b-a3b-instruct qwen/qwen3-next-80b-a3b-instruct-2509
- - qwen/qwen3-next-80b-a3b-instruct:free
0.0975/0.78 - qwen/qwen3-next-80b-a3b-thinking qwen/qwen3-next-80b-a3b-thinking-2509
0.2/0.88 - qwen/qwen3-vl-235b-a22b-instruct
0.26/2.6 131072 qwen/qwen3-vl-235b-a22b-thinking
0.13/0.52 - qwen/qwen3-vl-30b-a3b-instruct
0.13/1.56 - qwen/qwen3-vl-30b-a3b-thinking
0.104/0.416 131072 qwen/qwen3-vl-32b-instruct
0.08/0.5 - qwen/qwen3-vl-8b-instruct
0.117/1.365 131072 qwen/qwen3-vl-8b-thinking
0.26/2.08 262144 qwen/qwen3.5-122b-a10b qwen/qwen3.5-122b-a10b-20260224
0.195/1.56 262144 qwen/qwen3.5-27b qwen/qwen3.5-27b-20260224
0.14/1 - qwen/qwen3.5-35b-a3b qwen/qwen3.5-35b-a3b-20260224
0.39/2.34 - qwen/qwen3.5-397b-a17b qwen/qwen3.5-397b-a17b-20260216
0.1/0.15 - qwen/qwen3.5-9b qwen/qwen3.5-9b-20260310
0.065/0.26 1000000 qwen/qwen3.5-flash-02-23 qwen/qwen3.5-flash-20260224
0.4/2.4 1000000 qwen/qwen3.5-plus-02-15 qwen/qwen3.5-plus-20260216
0.3/1.8 1000000 qwen/qwen3.5-plus-20260420
0.289/2.4 - qwen/qwen3.6-27b qwen/qwen3.6-27b-20260422
0.14/1 - qwen/qwen3.6-35b-a3b qwen/qwen3.6-35b-a3b-20260415
0.1875/1.125 1000000 qwen/qwen3.6-flash
1.04/6.24 262144 qwen/qwen3.6-max-preview qwen/qwen3.6-max-preview-20260420
0.325/1.95 1000000 qwen/qwen3.6-plus qwen/qwen3.6-plus-04-02
1.25/3.75 1000000 qwen/qwen3.7-max qwen/qwen3.7-max-20260520
0.4/1.6 1000000 qwen/qwen3.7-plus qwen/qwen3.7-plus-20260602
0.15/0.2 - qwen/qwq-32b
0.2/0.2 - qwen/qwq-32b-preview
- - qwen/qwq-32b-preview:free
- - qwen/qwq-32b:free
0.9/0.9 - qwen2.5-vl-32b-instruct
- - qwen2.5-vl-32b-instruct:free
- - qwen2.5-vl-72b-instruct:free
- - qwen3-14b:free
- - qwen3-235b-a22b:free
- - qwen3-30b-a3b:free
- - qwen3-32b:free
- - qwen3-8b:free
- - qwerky-72b:free
0.15/0.2 - qwq-32b
- - qwq-32b-arliai-rpr-v1:free
0.2/0.2 - qwq-32b-preview
- - qwq-32b:free
2/8 - r1-1776
4.5/4.5 - raifle/sorcererlm-8x22b
- - reka-flash-3:free
0.1/0.1 16384 rekaai/reka-edge
0.1/0.2 65536 rekaai/reka-flash-3
- - rekaai/reka-flash-3:free
0.85/1.25 256000 relace/relace-apply-3
1/3 256000 relace/relace-search
0.8/1.2 - sao10k/fimbulvetr-11b-v2
1.48/1.48 - sao10k/l3-euryale-70b
0.02/0.05 8192 sao10k/l3-lunaris-8b
3/3 - sao10k/l3.1-70b-hanami-x1
0.7/0.8 - sao10k/l3.1-euryale-70b
0.7/0.8 131072 sao10k/l3.3-euryale-70b
- - sarvam-m:free
0.88/0.88 - scb10x/llama3.1-typhoon2-70b-instruct
0.18/0.18 - scb10x/llama3.1-typhoon2-8b-instruct
- - shisa-ai/shisa-v2-llama3.3-70b:free
- - shisa-v2-llama3.3-70b:free
1/5 - sonar-reasoning
0.8/0.8 - sophosympatheia/midnight-rose-70b
- - sophosympatheia/rogue-rose-103b-v0.2:free
4.5/4.5 - sorcererlm-8x22b
0.18/0.18 - spotlight
0.7/0.95 - steelskull/l3.3-electra-r1-70b
0.09/0.3 262144 stepfun/step-3.5-flash
0.2/1.15 - stepfun/step-3.7-flash
0.85/3.4 - switchpoint/router
0.14/0.57 131072 tencent/hunyuan-a13b-instruct
0.063/0.21 262144 tencent/hy3-preview
0.8/1 - thedrummer/anubis-pro-105b-v1
0.3/0.5 131072 thedrummer/cydonia-24b-v4.1
0.25/0.5 - thedrummer/rocinante-12b
0.5/0.8 32768 thedrummer/skyfall-36b-v2
0.5/0.5 - thedrummer/unslopnemo-12b
- - thudm/glm-4-32b:free
- - thudm/glm-z1-32b:free
0.8/1.2 - toppy-m-7b
0.8/1.2 6144 undi95/remm-slerp-l2-13b
0.07/0.07 - undi95/toppy-m-7b
0.15/0.6 131072 upstage/solar-pro-3
0.5/0.8 - valkyrie-49b-v1
0.5/0.8 - virtuoso-medium-v2
0.6/6 1040000 writer/palmyra-x5
2/10 - x-ai/grok-2-1212
2/10 - x-ai/grok-2-vision-1212
3/15 - x-ai/grok-3-beta
0.3/0.5 - x-ai/grok-3-mini-beta
0.2/0.5 2000000 x-ai/grok-4-fast
- 2000000 x-ai/grok-4.1-fast:free
1.25/2.5 2000000 x-ai/grok-4.20
2/6 2000000 x-ai/grok-4.20-multi-agent
1.25/2.5 1000000 x-ai/grok-4.3 /^x-ai/grok-4\.3-\d{8}$
5/15 - x-ai/grok-beta
1/2 256000 x-ai/grok-build-0.1
0.2/1.5 256000 x-ai/grok-code-fast-1
5/15 - x-ai/grok-vision-beta
0.1/0.3 - xiaomi/mimo-v2-flash
0.14/0.28 - xiaomi/mimo-v2.5
0.435/0.87 - xiaomi/mimo-v2.5-pro
3.75/3.75 - xwin-lm/xwin-lm-70b
3/3 - yi-large
0.6/2.2 131072 z-ai/glm-4.5
0.125/0.85 131072 z-ai/glm-4.5-air
0.6/1.8 65536 z-ai/glm-4.5v
0.43/1.74 - z-ai/glm-4.6
0.3/0.9 131072 z-ai/glm-4.6v
0.4/1.75 - z-ai/glm-4.7
0.06/0.4 - z-ai/glm-4.7-flash z-ai/glm-4.7-flash-20260119
0.6/1.92 - z-ai/glm-5 z-ai/glm-5-20260211
1.2/4 202752 z-ai/glm-5-turbo z-ai/glm-5-turbo-20260315
0.98/3.08 - z-ai/glm-5.1 z-ai/glm-5.1-20260406
1.4/4.4 1048576 z-ai/glm-5.2 z-ai/glm-5.2-20260616
1.4/4.4 1048576 z-ai/glm-5.3 z-ai/glm-5.3-20260816
0.075/0.25 1310720 z-ai/glm-5.3-flash
10/50 1000000 ~anthropic/claude-fable-latest
1/5 200000 ~anthropic/claude-haiku-latest
5/25,2026-09-22=4/20 1000000 ~anthropic/claude-opus-latest
3/15 1000000 ~anthropic/claude-sonnet-latest
1.5/9 1048576 ~google/gemini-flash-latest
2/12 1048576 ~google/gemini-pro-latest
0.68/3.41 1048576 ~moonshotai/kimi-latest
5/30 1050000 ~openai/gpt-latest
0.75/4.5 400000 ~openai/gpt-mini-latest
@ ovhcloud https://oai\.endpoints\.kepler\.ai\.cloud\.ovh\.net
0.74/0.74 131072 deepseek-r1-distill-llama-70b deepseek-r1-distill-llama-70b
0.11/0.11 131072 llama-3.1-8b-instruct llama-3.1-8b-instruct
0.74/0.74 131072 meta-llama-3_3-70b-instruct meta-llama-3_3-70b-instruct
0.11/0.11 65536 mistral-7b-instruct-v0.3 mistral-7b-instruct-v0.3
0.14/0.14 65536 mistral-nemo-instruct-2407 mistral-nemo-instruct-2407
0.1/0.31 131072 mistral-small-3.2-24b-instruct-2506 mistral-small-3.2-24b-instruct-2506
0.7/0.7 32768 mixtral-8x7b-instruct-v0.1 mixtral-8x7b-instruct-v0.1
1.01/1.01 32768 qwen2.5-vl-72b-instruct qwen2.5-vl-72b-instruct
0.09/0.25 32768 qwen3-32b qwen3-32b
0.07/0.26 262144 qwen3-coder-30b-a3b-instruct qwen3-coder-30b-a3b-instruct
- 512 bge-base-en-v1.5
- 8192 bge-m3
- 8192 bge-multilingual-gemma2
0.09/0.47 131072 gpt-oss-120b
0.05/0.18 131072 gpt-oss-20b
@ perplexity https://api\.perplexity\.ai
1/1 - llama-3.1-sonar-large-128k-online
0.2/0.2 - llama-3.1-sonar-small-128k-online
2/8 - r1-1776
- 128000 sonar
2/8 128000 sonar-deep-research
- 200000 sonar-pro
3/15 - sonar-pro-search
- - sonar-reasoning
- 128000 sonar-reasoning-pro
@ quicksilverpro https://api\.quicksilverpro\.io
8/40 1000000 claude-fable-5
0.8/4 200000 claude-haiku-4-5
4/20 1000000 claude-opus-4-6
4/20 1000000 claude-opus-4-8
4/20 1000000 claude-opus-5
2.4/12 1000000 claude-sonnet-4-6
2/10 1000000 claude-sonnet-5
0.112/0.224 1048576 deepseek-v4-flash
0.435/0.87 1048576 deepseek-v4-pro
0.425/2.55 1048576 gemini-3-flash-preview
1.7/10.2 1048576 gemini-3-pro-image
0.2125/1.275 1048576 gemini-3.1-flash-lite
1.7/10.2 1048576 gemini-3.1-pro-preview
1.275/7.65 1048576 gemini-3.5-flash
0.255/2.125 1048576 gemini-3.5-flash-lite
1.275/6.375 1048576 gemini-3.6-flash
0.6375/3.1875 1048576 gemini-3.7-flash
1.12/3.52 1048576 glm-5.2
1.12/3.52 1048576 glm-5.3
0.06/0.2 1048576 glm-5.3-flash
0.08/0.48 1048576 gpt-5.6-luna
4/24 1048576 gpt-5.6-sol
0.8/4.8 1048576 gpt-5.6-terra
0.12/0.48 131072 gpt-oss-120b
1.6/4.8 500000 grok-4.5
2/6 500000 grok-4.6
0.1056/0.4224 262144 hy3
0.5472/2.728 256000 kimi-k2.6
0.584/2.8 256000 kimi-k2.7-code
2.4/12 1048576 kimi-k3
0.112/0.224 1048576 mimo-v2.5
0.24/0.96 1048576 minimax-m3
0.28/1.2 131072 muse-glimmer-30b
1/3.4 1048576 muse-spark-1.2
0.08/0.2 262144 nemotron-3.5-lightning
0.112/0.8 262144 qwen3.6-35b
0.26/1.56 1048576 qwen3.6-plus
0.024/0.104 1048576 qwen3.7-flash
1.25/3.75 1048576 qwen3.7-max
0.256/1.024 1048576 qwen3.7-plus
0.34/2.04 1000000 qwen3.8-27b
2/6 1048576 qwen3.8-max
@ together https://api\.together\.xyz
0.3/0.3 - austism/chronos-hermes-13b
0.3/0.3 - gryphe/mythomax-l2-13b
0.3/0.3 - nexusflow/nexusraven-v2-13b
0.2/0.2 - nousresearch/nous-capybara-7b-v1p9
0.9/0.9 - nousresearch/nous-hermes-2-mixtral-8x7b-dpo
0.9/0.9 - nousresearch/nous-hermes-2-mixtral-8x7b-sft
0.8/0.8 - nousresearch/nous-hermes-2-yi-34b
0.225/0.225 - nousresearch/nous-hermes-llama2-13b
0.2/0.2 - nousresearch/nous-hermes-llama-2-7b
0.2/0.2 - open-orca/mistral-7b-openorca
0.1/0.1 - qwen/qwen1.5-0.5b qwen/qwen1.5-0.5b-chat
0.1/0.1 - qwen/qwen1.5-1.8b qwen/qwen1.5-1.8b-chat
0.3/0.3 - qwen/qwen1.5-14b qwen/qwen1.5-14b-chat
0.1/0.1 - qwen/qwen1.5-4b qwen/qwen1.5-4b-chat
0.9/0.9 - qwen/qwen1.5-72b
0.2/0.2 - qwen/qwen1.5-7b qwen/qwen1.5-7b-chat
0.3/0.3 - undi95/remm-slerp-l2-13b
0.2/0.2 - undi95/toppy-m-7b
0.3/0.3 - wizardlm/wizardlm-13b-v1.2
0.2/0.2 - allenai/olmo-7b allenai/olmo-7b-instruct allenai/olmo-7b-twin-2t
0.225/0.225 - codellama/codellama-13b-instruct-hf
0.776/0.776 - codellama/codellama-34b-instruct-hf
0.9/0.9 - codellama/codellama-70b-instruct-hf
0.2/0.2 - codellama/codellama-7b-instruct-hf
0.8/0.8 - deepseek-ai/deepseek-coder-33b-instruct
0.9/0.9 - garage-baind/platypus2-70b-instruct
0.1/0.1 - google/gemma-2b google/gemma-2b-it
0.2/0.2 - google/gemma-7b google/gemma-7b-it
0.3/0.3 - lmsys/vicuna-13b-v1.5
0.2/0.2 - lmsys/vicuna-7b-v1.5
0.225/0.225 - meta-llama/llama-2-13b-chat-hf
0.9/0.9 - meta-llama/llama-2-70b-chat-hf
0.2/0.2 - meta-llama/llama-2-7b-chat-hf
0.9/0.9 - meta-llama/llama-3-70b-chat-hf
0.2/0.2 - meta-llama/llama-3-8b-chat-hf
0.88/0.88 - meta-llama/llama-3.3-70b-instruct-turbo
0.27/0.85 - meta-llama/llama-4-maverick-17b-128e-instruct-fp8
0.18/0.59 - meta-llama/llama-4-scout-17b-16e-instruct
0.54/0.54 - meta-llama/meta-llama-3-70b-instruct-lite
0.88/0.88 - meta-llama/meta-llama-3-70b-instruct-turbo
0.1/0.1 - meta-llama/meta-llama-3-8b-instruct-lite
0.18/0.18 - meta-llama/meta-llama-3-8b-instruct-turbo
3.5/3.5 - meta-llama/meta-llama-3.1-405b-instruct-turbo
0.88/0.88 - meta-llama/meta-llama-3.1-70b-instruct-turbo
0.18/0.18 - meta-llama/meta-llama-3.1-8b-instruct-turbo
0.88/0.88 - meta-llama/meta-llama-3.3-70b-instruct-turbo
1.2/1.2 - microsoft/wizardlm-2-8x22b
0.1/0.1 - microsoft/phi-2
0.2/0.2 - mistralai/mistral-7b-instruct-v0.1
0.2/0.2 - mistralai/mistral-7b-instruct-v0.2
0.2/0.2 - mistralai/mistral-7b-v0.1
2.4/2.4 - mistralai/mixtral-8x22b-instruct-v0.1
0.9/0.9 - mistralai/mixtral-8x7b-instruct-v0.1
0.9/0.9 - mistralai/mixtral-8x7b-v0.1
0.2/0.2 - openchat/openchat-3.5-1210
0.2/0.2 - snorkelai/snorkel-mistral-pairrm-dpo
0.2/0.2 - teknium/openhermes-2-mistral-7b
0.2/0.2 - teknium/openhermes-2p5-mistral-7b
0.2/0.2 - togethercomputer/gpt-jt-moderation-6b
0.2/0.2 - togethercomputer/llama-2-7b-32k-instruct
0.2/0.2 - togethercomputer/redpajama-incite-7b-base
0.2/0.2 - togethercomputer/redpajama-incite-7b-chat
0.2/0.2 - togethercomputer/redpajama-incite-7b-instruct
0.1/0.1 - togethercomputer/redpajama-incite-base-3b-v1
0.1/0.1 - togethercomputer/redpajama-incite-chat-3b-v1
0.1/0.1 - togethercomputer/redpajama-incite-instruct-3b-v1
0.2/0.2 - togethercomputer/stripedhyena-hessian-7b
0.2/0.2 - togethercomputer/stripedhyena-nous-7b
0.2/0.2 - togethercomputer/alpaca-7b
0.3/0.3 - upstage/solar-10.7b-instruct-v1.0
0.8/0.8 - zero-one-ai/yi-34b
0.2/0.2 - zero-one-ai/yi-6b
@ typesafe https://api\.typesafe\.ai
- - jev-1.13.0 jev-latest jev-preview
@ voyageai https://api\.voyageai\.com
- - voyage-01
- - voyage-02
- - voyage-2
- - voyage-3
- - voyage-3-large
- - voyage-3-lite
- - voyage-3.5
- - voyage-3.5-lite
- - voyage-4
- - voyage-4-large
- - voyage-4-lite
- - voyage-code-2
- - voyage-code-3
- - voyage-context-3
- - voyage-finance-2
- - voyage-large-2
- - voyage-large-2-instruct
- - voyage-law-2
- - voyage-lite-01
- - voyage-lite-01-instruct
- - voyage-lite-02-instruct
- - voyage-multilingual-2
@ x-ai https://api\.x\.ai
2/10 32768 grok-2-1212 grok-2 grok-2-latest
2/10 32768 grok-2-vision-1212 grok-2-vision grok-2-vision-latest
3/15 131072 grok-3 grok-3-latest grok-3-beta
5/25 131072 grok-3-fast grok-3-fast-latest grok-3-fast-beta
0.3/0.5 131072 grok-3-mini grok-3-mini-beta grok-3-mini-latest
0.6/4 131072 grok-3-mini-fast grok-3-mini-fast-beta grok-3-mini-fast-latest
3/15 256000 grok-4-0709 grok-4 grok-4-latest
0.2/0.5 2000000 grok-4-1-fast-non-reasoning grok-4-1-fast-non-reasoning-latest
0.2/0.5 2000000 grok-4-1-fast grok-4-1-fast-reasoning grok-4-1-fast-reasoning-latest
0.2/0.5 2000000 grok-4-fast-non-reasoning grok-4-fast-non-reasoning-latest
0.2/0.5 2000000 grok-4-fast grok-4-fast-reasoning grok-4-fast-reasoning-latest
1.25/2.5 1000000 grok-4.20
2/6 1000000 grok-4.20-multi-agent
1.25/2.5 1000000 grok-4.3 /^grok-4\.3-\d{8}$ x-ai/grok-4.3 /^x-ai/grok-4\.3-\d{8}$ grok-4.3-latest
2/6 500000 grok-4.5 /^grok-4\.5-\d{8}$ x-ai/grok-4.5 /^x-ai/grok-4\.5-\d{8}$ grok-4.5-latest grok-latest
2/6 500000 grok-4.6 /^grok-4\.6-\d{8}$ x-ai/grok-4.6 /^x-ai/grok-4\.6-\d{8}$ grok-4.6-latest
1/2 256000 grok-build-0.1
0.2/1.5 256000 grok-code-fast grok-code-fast-1 grok-code-fast-1-0825
,2026-08-05= - grok-voice-latest
- - grok-voice-think-fast-1.0
- - grok-voice-think-fast-2.0
@ zai https://api\.z\.ai
1.4/4.4 1000000 glm-5.2 glm-5.2
1.4/4.4 1000000 glm-5.3 glm-5.3
0.075/0.25 1000000 glm-5.3-flash glm-5.3-flash
@ zhipuai https://open\.bigmodel\.cn
0.069/0.069 128000 glm-4-air glm-4-air
1.379/1.379 8000 glm-4-airx glm-4-airx
0.69/0.69 128000 glm-4-assistant glm-4-assistant
0.014/0.014 128000 glm-4-flashx-250414 glm-4-flashx-250414
0.138/0.138 1000000 glm-4-long glm-4-long
0.69/0.69 128000 glm-4-plus glm-4-plus
0.11/0.276 128000 glm-4.5-air glm-4.5-air
0.276/1.103 200000 glm-4.7 glm-4.7
0.069/0.414 200000 glm-4.7-flashx glm-4.7-flashx
0.552/2.483 200000 glm-5 glm-5
0.69/3.034 200000 glm-5-turbo glm-5-turbo
0.828/3.31 200000 glm-5.1 glm-5.1 glm-5.1-20260406 glm-5.1-20260406
1.103/3.862 1000000 glm-5.2 glm-5.2
1.103/3.862 1000000 glm-5.3 glm-5.3
0.055/0.193 1000000 glm-5.3-flash glm-5.3-flash
`;
