CREATE TABLE `execution_settings` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`store_inputs` text NOT NULL,
	`store_outputs` text NOT NULL,
	`concurrent_executions` integer NOT NULL,
	`executions_per_minute` integer NOT NULL,
	`monthly_cost_micros` integer,
	`monthly_executions` integer,
	`updated_by` text NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `executions` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`prompt_id` text NOT NULL,
	`prompt` text NOT NULL,
	`tag` text NOT NULL,
	`version_id` text NOT NULL,
	`content_hash` text NOT NULL,
	`locale` text NOT NULL,
	`environment` text,
	`deployment_id` text,
	`model_name` text NOT NULL,
	`model_revision` integer NOT NULL,
	`provider` text NOT NULL,
	`model` text NOT NULL,
	`status` text NOT NULL,
	`attempt` integer NOT NULL,
	`cached` integer NOT NULL,
	`variables` text,
	`metadata` text,
	`output` text,
	`output_key` text,
	`tool_calls` text,
	`finish_reason` text,
	`error` text,
	`input_tokens` integer,
	`output_tokens` integer,
	`cost_micros` integer,
	`latency_ms` integer,
	`time_to_first_token_ms` integer,
	`last_seq` integer,
	`created_by` text NOT NULL,
	`person_id` text,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`finished_at` integer,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `executions_prompt` ON `executions` (`tenant_id`,`prompt_id`,`id`);--> statement-breakpoint
CREATE INDEX `executions_environment` ON `executions` (`tenant_id`,`environment`,`id`);--> statement-breakpoint
CREATE INDEX `executions_status` ON `executions` (`tenant_id`,`status`,`id`);--> statement-breakpoint
CREATE INDEX `executions_unended` ON `executions` (`id`) WHERE status IN ('queued', 'running');--> statement-breakpoint
CREATE TABLE `model_revisions` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`model_id` text NOT NULL,
	`revision` integer NOT NULL,
	`provider` text NOT NULL,
	`model` text NOT NULL,
	`base_url` text,
	`parameters` text NOT NULL,
	`context_window` integer,
	`input_micros_per_million` integer,
	`output_micros_per_million` integer,
	`price_source` text,
	`fallbacks` text NOT NULL,
	`content_hash` text NOT NULL,
	`author_id` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `model_revisions_number` ON `model_revisions` (`tenant_id`,`model_id`,`revision`);--> statement-breakpoint
CREATE TABLE `models` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`latest_revision` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `models_name` ON `models` (`tenant_id`,`name`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE TABLE `provider_credentials` (
	`tenant_id` text NOT NULL,
	`provider` text NOT NULL,
	`sealed_key` text NOT NULL,
	`last_four` text NOT NULL,
	`base_url` text,
	`updated_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `provider`)
);
--> statement-breakpoint
CREATE TABLE `outbox` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`type` text NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `outbox_order` ON `outbox` (`id`);